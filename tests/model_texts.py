"""LightGBM models of one tree, written by hand."""

MISSING = {"zero": 1 << 2, "nan": 2 << 2}
"""Bits of `decision_type`; 1 is a split on categories, 2 sends missing values left."""


def model_text(features, *, header="", **tree):
    """Write a model; what is not given of its tree is left empty."""
    fields = {
        "num_leaves": 1, "num_cat": 0, "split_feature": "", "threshold": "", "decision_type": "",
        "left_child": "", "right_child": "", "leaf_value": "0", "leaf_count": "1",
        "internal_value": "", "internal_weight": "", "internal_count": "", "split_gain": "",
        "leaf_weight": "", "is_linear": 0, "shrinkage": 1,
    }  # fmt: skip
    splits = int(tree.get("num_leaves", 1)) - 1
    for name in ("internal_value", "internal_weight", "split_gain"):
        fields[name] = " ".join(["1"] * splits)
    fields["leaf_weight"] = " ".join(["1"] * (splits + 1)) if splits else ""
    body = "\n".join(f"{name}={value}" for name, value in {**fields, **tree}.items())
    names = " ".join(f"f{number}" for number in range(features))
    ranges = " ".join(["[0:1]"] * features)
    section = f"Tree=0\n{body}\n\n\n"
    return (
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\n"
        f"max_feature_idx={features - 1}\nobjective=regression\n{header}feature_names={names}\n"
        f"feature_infos={ranges}\ntree_sizes={len(section)}\n\n{section}end of trees\n\n"
        "feature_importances:\n\nparameters:\nend of parameters\n\npandas_categorical:null\n"
    )
