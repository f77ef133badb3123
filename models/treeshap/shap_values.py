"""The way in: SHAP values of rows under a model."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from models.treeshap.forest import lay_out
from models.treeshap.kernel import BLOCK, explain
from models.treeshap.text import Tree, read_model

_CHUNKS_PER_THREAD = 8


class TreeShap:
    """Exact path-dependent SHAP values of a LightGBM model with one output.

    Parameters
    ----------
    model_text : str
        LightGBM's own text format. It must come from a source that is trusted.

    Attributes
    ----------
    features : int
    base : float
        Raw score before any feature is known: the mean over the training rows.

    Raises
    ------
    ModelRefused
        If the text is damaged, or the model has several outputs or linear trees.
    """

    def __init__(self, model_text: str) -> None:
        model = read_model(model_text)
        self.features = model.features
        self.base = float(sum(_mean(tree) for tree in model.trees))
        self._forest = lay_out(model.trees, model.features)

    def values(self, rows: NDArray[np.float64], *, threads: int = 1) -> NDArray[np.float64]:
        """Return what each feature adds to each row's raw score, of the same shape as `rows`.

        Each row plus `base` adds up to the raw score but for rounding.

        Parameters
        ----------
        rows : float64, shape (n, features)
            NaN is missing.
        threads : int
            The result does not depend on it.
        """
        if rows.ndim != 2 or rows.shape[1] != self.features:
            raise ValueError(f"rows of shape {rows.shape}: expected (n, {self.features})")
        # A read-only or strided array would be compiled for anew.
        rows = np.require(rows, np.float64, ["C", "W"])
        values = np.empty_like(rows)
        if threads == 1:
            # One request must not wait for a thread to start.
            explain(self._forest, rows, values)
        else:
            self._explain_in_chunks(rows, values, threads)
        return values

    def _explain_in_chunks(
        self, rows: NDArray[np.float64], values: NDArray[np.float64], threads: int
    ) -> None:
        size = -(-len(rows) // (threads * _CHUNKS_PER_THREAD * BLOCK)) * BLOCK
        chunks = [slice(start, start + size) for start in range(0, len(rows), max(size, 1))]
        with ThreadPoolExecutor(threads) as pool:
            work = [pool.submit(explain, self._forest, rows[own], values[own]) for own in chunks]
            for chunk in work:
                chunk.result()  # raises what the thread raised


def _mean(tree: Tree) -> float:
    if not len(tree.count):
        return float(tree.leaf_value[0])
    return float(tree.leaf_value @ (tree.leaf_count / tree.count[0]))
