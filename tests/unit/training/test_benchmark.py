"""The comparison table, its warnings and the JSON object below it."""

from training.benchmark import Result, comparison, figures, warnings


def spread(value, sd=0.0):
    return {"mean": value, "sd": sd, "lowest": value - sd, "highest": value + sd}


def result(ledger, *, visible):
    bounds = {"value": 0.2, "low": 0.1, "high": 0.3}
    columns = ("pr_auc", "precision_at_1pct")
    return Result(
        ledger,
        {
            "model": {"rows": 1000, "positives": 20},
            "prevalence": 0.02,
            "folds": {"1": {}, "2": {}},
            "resampled": "accounts",
            "seeds": {
                "count": 5,
                "figures": {
                    "mulerisk": {column: spread(0.5, 0.01) for column in columns},
                    "rules": {column: spread(0.3) for column in columns},
                },
            },
            "differences": {"rules": dict.fromkeys(columns, bounds)},
            "controls": {
                "laundering_free": {
                    "label_is_visible": visible, "pr_auc": bounds, "prevalence": 0.02,
                }
            },
        },
    )  # fmt: skip


def test_a_row_is_a_model_on_a_ledger():
    page = list(comparison([result("first", visible=False), result("second", visible=False)]))
    assert "| first | mulerisk | 0.5000 ± 0.0100 | 0.5000 ± 0.0100 |  |  |" in page
    above = "0.2000 [0.1000, 0.3000]"
    assert f"| second | rules | 0.3000 | 0.3000 | {above} | {above} |" in page
    assert any("first: 1,000 test rows, 20 positive (2.000%), 2 folds" in line for line in page)


def test_the_figures_are_means_over_the_seeds():
    assert figures([result("first", visible=False)]) == {
        "first": {
            "mulerisk": {"pr_auc": 0.5, "precision_at_1pct": 0.5},
            "rules": {"pr_auc": 0.3, "precision_at_1pct": 0.3},
        }
    }


def test_a_ledger_whose_label_is_visible_is_named():
    found = list(warnings([result("good", visible=False), result("bad", visible=True)]))
    assert len(found) == 1
    assert found[0].startswith("bad: the label is visible without laundering")
    assert list(warnings([Result("bank", {})])) == []
