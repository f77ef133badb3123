# %% [markdown]
# # Retraining on your own ledger
#
# From a bank's CSV files to a model that may be promoted, for somebody who knows pandas and
# LightGBM. The bank is invented, small, and made below; put your files in its place.
#
# Run it with the environment that `make install` made (`.venv`). It works in a temporary folder,
# takes one to two minutes on two cores, and needs no network. So few accounts prove little about
# any model, and you will see how the software says so.
#
# 1. [Import](#1.-Import)
# 2. [What is in the ledger](#2.-What-is-in-the-ledger)
# 3. [Features at an instant](#3.-Features-at-an-instant)
# 4. [Learning](#4.-Learning)
# 5. [How good is it?](#5.-How-good-is-it?)
# 6. [An experiment](#6.-An-experiment)
# 7. [The gate](#7.-The-gate)
# 8. [Scores and reasons](#8.-Scores-and-reasons)
# 9. [Where to go on](#9.-Where-to-go-on)

# %%
import json
import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import pandas as pd
import yaml
from IPython.display import Image, Markdown

import cli

REPOSITORY = Path(cli.__file__).parents[1]
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
os.chdir(tempfile.mkdtemp(prefix="retraining-"))
pd.set_option("display.width", 110, "display.max_columns", 12, "display.max_colwidth", None)
pd.set_option("display.float_format", lambda x: f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.4f}")

# %% [markdown]
# A pipeline stands in a folder with a `params.yaml`; ledgers and results stand beside it. In a
# clone of the repository the file is there. Here it is copied, with the name of our ledger in
# it.

# %%
parameters = yaml.safe_load((REPOSITORY / "params.yaml").read_text())
parameters["ledger"] = "bank"


def write_parameters():
    """Write `params.yaml` as it stands in `parameters`."""
    Path("params.yaml").write_text(yaml.safe_dump(parameters, sort_keys=False))


write_parameters()

# %% [markdown]
# ## 1. Import
#
# The simulator invents 1,000 accounts and 90 days. We write them as a bank might have them:
# names of its own, local times, amounts in baht, codes for the kinds of payment.

# %%
from training.simulate import simulate
from training.simulator.settings import Settings

settings = Settings(accounts=1000, days=90, mule_share=0.06, label_delay_days=5.0)
simulated = {name: table.to_pandas() for name, table in simulate(settings).items()}


def local(times):
    """Write instants as a clock in Bangkok shows them."""
    return times.dt.tz_convert("Asia/Bangkok").dt.strftime("%d/%m/%Y %H:%M:%S")


paid, held = simulated["transactions"], simulated["accounts"]
told, closed = simulated["complaints"], simulated["labels"]
CODES = {"instant": "PPAY", "transfer": "XFER", "atm": "ATM-WDL", "cash_deposit": "ATM-DEP"}
payments = pd.DataFrame(
    {
        "Reference": paid.transaction_id,
        "Ordered": local(paid.happened_at),
        "Booked": local(paid.known_at),
        "From": paid.payer_account,
        "To": paid.payee_account,
        "Baht": (paid.reference_minor / 100).map("{:.2f}".format),
        "Code": paid.channel.replace(CODES),
        "Device": paid.device_id,
        "Address": paid.ip,
    }
)
customers = pd.DataFrame(
    {
        "Account": held.account_id,
        "Bank": held.institution,
        "Kind": held.kind,
        "Opened": local(held.opened_at),
        "Customer": held.holder_id,
        "Segment": held.holder_kind.map({"person": "retail", "business": "corporate"}),
    }
)
complaints = pd.DataFrame(
    {
        "Ticket": told.complaint_id,
        "Payment": told.transaction_id,
        "Received": local(told.known_at),
        "State": told.status,
        "Desk": told.source,
    }
)
FINDINGS = {"complicit_mule": "mule", "unwitting_mule": "mule, deceived", "legitimate": "cleared"}
cases = pd.DataFrame(
    {
        "Account": closed.account_id,
        "Finding": closed.outcome.map(FINDINGS),
        "Closed": local(closed.known_at),
        "Found by": closed.source,
    }
)

Path("bank").mkdir()
files = {"payments": payments, "customers": customers, "complaints": complaints, "cases": cases}
for name, rows in files.items():
    rows.to_csv(f"bank/{name}.csv", index=False)
payments.head()

# %%
cases.head()

# %% [markdown]
# A simulated bank knows one thing that yours does not: which payments launder. We take that
# along in two more tables. Only evaluation reads them. Leave them out for a real ledger, and the
# evaluation tells under `omitted` what it cannot say without them.

# %%
simulated["truth_transactions"].to_csv("bank/laundering.csv", index=False)
simulated["truth_accounts"].to_csv("bank/personas.csv", index=False)

# %% [markdown]
# **The mapping file** says which of their columns fills which of ours (every key:
# [importing](../import.md), every column of ours: [tables](../tables.md)). Each fact has two
# times: `happened_at`, and `known_at`, when the bank learnt it. Whoever maps the second one
# wrongly lets the model look into the future, so ask whoever runs the source system what each of
# its times means.

# %%
MAPPING = """
transactions:
  file: payments.csv
  columns:
    transaction_id: Reference
    happened_at: {column: Ordered, format: "%d/%m/%Y %H:%M:%S", zone: Asia/Bangkok}
    known_at: {column: Booked, format: "%d/%m/%Y %H:%M:%S", zone: Asia/Bangkok}
    payer_account: From
    payee_account: To
    payer_amount_minor: &amount {column: Baht, unit: major}
    payer_currency: &baht {constant: THB}
    payee_amount_minor: *amount
    payee_currency: *baht
    channel:
      column: Code
      values: {PPAY: instant, XFER: transfer, ATM-WDL: atm, ATM-DEP: cash_deposit}
    device_id: Device
    ip: Address
accounts:
  file: customers.csv
  columns:
    account_id: Account
    institution: Bank
    kind: Kind
    opened_at: {column: Opened, format: "%d/%m/%Y %H:%M:%S", zone: Asia/Bangkok}
    holder_id: Customer
    holder_kind: {column: Segment, values: {retail: person, corporate: business}}
    country: {constant: TH}
labels:
  file: cases.csv
  columns:
    account_id: Account
    outcome:
      column: Finding
      values: {mule: complicit_mule, "mule, deceived": unwitting_mule, cleared: legitimate}
    happened_at: &closed {column: Closed, format: "%d/%m/%Y %H:%M:%S", zone: Asia/Bangkok}
    known_at: *closed
    source: Found by
complaints:
  file: complaints.csv
  columns:
    complaint_id: Ticket
    transaction_id: Payment
    happened_at: &received {column: Received, format: "%d/%m/%Y %H:%M:%S", zone: Asia/Bangkok}
    known_at: *received
    status: State
    source: Desk
truth_transactions:
  file: laundering.csv
  columns: {transaction_id: transaction_id, pattern_id: pattern_id, typology: typology}
truth_accounts:
  file: personas.csv
  columns:
    account_id: account_id
    persona: persona
    is_mule: {column: is_mule, values: {"True": "true", "False": "false"}}
    is_hard_innocent: {column: is_hard_innocent, values: {"True": "true", "False": "false"}}
"""
with Path("mapping.yaml").open("w") as file:
    file.write(MAPPING)
# %% [markdown]
# **The dry run** reads and checks every row and stores nothing. It shows the first rows as they
# would be stored: compare some with the source. Here is the first one.

# %% language="bash"
# mulerisk import mapped bank --mapping mapping.yaml --ledger ledgers/bank --dry-run > dry-run.txt
# head -n 13 dry-run.txt
# tail -n 8 dry-run.txt

# %% [markdown]
# **What a fault looks like.** We break one row: half a satang, and a payee whom nobody knows as
# a customer. All faults are told together, with row, value and cure, and nothing is stored.

# %%
broken = payments.copy()
broken.loc[2, ["Baht", "To"]] = ["870.005", "a999999"]
broken.to_csv("bank/payments.csv", index=False)

# %% language="bash" magic_args="--no-raise-error"
# mulerisk import mapped bank --mapping mapping.yaml --ledger ledgers/bank 2>&1

# %% [markdown]
# With the row as it was, the import goes through. A ledger is never overwritten: import a newer
# delivery under another name, or remove the old folder.

# %%
assert not Path("ledgers/bank").exists()
payments.to_csv("bank/payments.csv", index=False)

# %% language="bash"
# mulerisk import mapped bank --mapping mapping.yaml --ledger ledgers/bank

# %% [markdown]
# ## 2. What is in the ledger
#
# The stage `validate` holds every row against its contract again and describes what it found.
# Read the **data sheet** before anything is learnt: days without a payment, facts learnt late,
# columns that are missing. `artifacts/bank/validate/docs/index.html` has the same column by
# column.

# %% language="bash"
# mulerisk stage validate

# %%
Markdown(Path("artifacts/bank/validate/data_sheet.md").read_text())

# %% [markdown]
# In Python a ledger is a `Lake`; each table is an Arrow table, so pandas is one call away.

# %%
from ledger.lake import open_lake
from training.folders import Folders
from training.grid import span

folders = Folders(Path(), "bank")
lake = open_lake(folders.ledger)
of_lake = span(lake)
print(f"{lake.rows('transactions'):,} transactions of {lake.rows('accounts'):,} accounts")
print(f"from {of_lake.first} to {of_lake.last}")
lake.read("labels").to_pandas()["outcome"].value_counts()

# %% [markdown]
# ## 3. Features at an instant
#
# A **view** shows the ledger as it was known at an instant, `as_of`. It is the only way to
# facts, for training as for the service, so both compute the same features. We take the midnight
# before an account is found to be a mule, and look at it beside a shop.

# %%
from models.facts import Facts
from training.parameters import read_parameters
from training.snapshots import PipelineView

outcomes = lake.read("labels").to_pandas().sort_values("known_at", ignore_index=True)
mules = outcomes[outcomes["outcome"].str.endswith("mule")]
as_of = mules["known_at"].iloc[-1].floor("D").to_pydatetime()
mule = mules["account_id"].iloc[-1]
personas = lake.read("truth_accounts").to_pandas().set_index("account_id")["persona"]
shop = personas.index[personas == "shop"][0]


def features_at(lake, as_of):
    """Compute the features of every account, as the ledger was known at an instant."""
    view = PipelineView.at(lake, as_of, read_parameters(Path("params.yaml")).features)
    return Facts.read(view, list(personas.index)).features()


features = features_at(lake, as_of)
frame = features.to_arrow().to_pandas().set_index("account_id")
print(f"{len(frame)} accounts with a transaction before {as_of}, {len(features.names)} features")

# %% [markdown]
# Complained-of money reaches both, and more people pay the shop than the mule. But money leaves the
# mule within hours and stays at the shop for days.

# %%
NAMES = [
    "credit_sum_30d",
    "payer_count_30d",
    "tainted_share_30d",
    "complaint_count_30d",
    "hops_from_mule_90d",
    "pass_through_30d",
    "share_out_1h_30d",
    "dwell_median_30d",
]
beside = frame.loc[[mule, shop], NAMES].T.set_axis(["the mule", "the shop"], axis=1)
beside

# %%
assert (beside.loc["tainted_share_30d"] > 0).all()
assert beside.loc["payer_count_30d", "the mule"] < beside.loc["payer_count_30d", "the shop"]
minutes = beside.loc["dwell_median_30d"]
assert minutes["the mule"] < 24 * 60 < 2 * 24 * 60 < minutes["the shop"]

# %% [markdown]
# Amounts are minor units (satang). A missing value is missing and never 0. What a feature means,
# in which unit, and who published it stands in [features](../features.md), which is written from
# these declarations:

# %%
from features.catalogue import CATALOGUE

feature = next(each for each in CATALOGUE if each.name == "share_out_1h_30d")
for field in ("about", "unit", "typology", "source", "direction"):
    print(f"{field:10}{getattr(feature, field)}")

# %% [markdown]
# **Does the future leak in?** Try it. We add a payment of a million baht to the mule that was
# ordered a day before `as_of`, and that the bank learnt of an hour after it. Features at `as_of`
# must not change. So that the trial can fail, we do the same with a payment learnt of an hour
# before.

# %%
from ledger.importers import import_ledger


def with_one_payment_more(name, known_at):
    """Import the bank's files with one more payment to the mule, learnt at an instant."""
    times = local(pd.Series([as_of - timedelta(days=1), known_at]))
    more = (
        payments[payments["To"] == mule]
        .tail(1)
        .assign(Reference="late", Ordered=times[0], Booked=times[1], Baht="1000000.00")
    )
    pd.concat([payments, more]).to_csv("bank/payments.csv", index=False)
    import_ledger("mapped", Path("bank"), Path("ledgers", name), mapping=Path("mapping.yaml"))
    return open_lake(Path("ledgers", name))


def changed(lake):
    """Count the values that differ from those of the ledger as it is."""
    other = features_at(lake, as_of).to_arrow().to_pandas().set_index("account_id")
    same = (other == frame) | (other.isna() & frame.isna())
    return int((~same).to_numpy().sum())


after = changed(with_one_payment_more("after", as_of + timedelta(hours=1)))
before = changed(with_one_payment_more("before", as_of - timedelta(hours=1)))
print(f"learnt after as_of: {after} values change; learnt before: {before} values change")
assert after == 0 < before

# %% [markdown]
# ## 4. Learning
#
# All that changes the model stands in `params.yaml`; [training](../training.md#parameters)
# explains each parameter. These make a model for learning how, not for use: a week as horizon
# and stride, so that 90 days hold enough instants; few trees, few trials, two accounts reviewed
# a day.

# %%
OWN = {
    "features": {"burn_in_days": 14, "stride_days": 7},
    "labels": {"horizon_days": 7},
    "splits": {"minimum_positives": 2},
    "tune": {"trials": 3},
    "fit": {"rounds": 60, "lambda_l2": 1.0},
    "evaluate": {"resamples": 200, "plotted_rows": 300, "explained_alerts": 20},
    "alerts": {"reviews_per_day": 2},
    "promote": {"milliseconds_at_most": 200.0},  # a shared machine, and no server
}
for section, values in OWN.items():
    parameters[section] |= values
write_parameters()

# %% [markdown]
# In a clone of the repository you now run `dvc repro evaluate`: it runs every stage that is out
# of date and takes the others from its cache. Without DVC, `mulerisk stage` runs those you name:

# %% language="bash"
# mulerisk stage features labels splits tune fit evaluate > report.txt

# %% [markdown]
# **The folds** roll forward in time: what is tested lies after all that was learnt from, labels
# included. A label counts from when it was *known*.

# %%
from training.splits import read_folds

labels = pd.read_parquet(folders.labels)
instants = labels.groupby("as_of")["label"].agg(["size", "sum"])
for number, fold in enumerate(read_folds(folders.splits), start=1):
    for part in ("training", "validation", "test"):
        at = pd.to_datetime(getattr(fold, part), unit="us", utc=True)
        instants.loc[at, f"fold {number}"] = part
instants.set_axis(["rows", "positive", *instants.columns[2:]], axis=1).fillna("")

# %% [markdown]
# **The search.** `tune` tries parameters in each fold's own past and takes others than the
# declared ones only if they stand more than a standard error above them. With so few mules the
# best trial is mostly luck:

# %% tags=["learnt"]
trials = pd.DataFrame(json.loads((folders.stage("tune") / "trials.json").read_text()))
trials.pivot(index="trial", columns="model", values="pr_auc").join(
    trials[trials["chosen"]].groupby("trial")["model"].agg(", ".join).rename("chosen for")
).fillna("")

# %% [markdown]
# ## 5. How good is it?
#
# `evaluate` writes `metrics.json`, `report.md` and pictures;
# [training](../training.md#what-metricsjson-holds) explains every key. Our model beside the
# baselines, on rows that none of them had seen:

# %% tags=["learnt"]
metrics = json.loads((folders.stage("evaluate") / "metrics.json").read_text())
FIGURES = ["pr_auc", "precision_at_1pct", "recall_at_1pct", "roc_auc"]
print(f"{metrics['model']['rows']:,} test rows, {metrics['model']['positives']} positive")
pd.DataFrame({"mulerisk": metrics["model"], **metrics["baselines"]}).T[FIGURES]

# %% [markdown]
# A figure alone says little about so few mules. What counts is **how far we stand above each
# baseline, and how sure that is**: the interval holds 95 % of the resamples, which draw whole
# rings and accounts and put both models on the same draw. Where it holds 0, this ledger cannot
# tell the two apart, whichever figure is larger: so it is with the logistic regression of the same
# features.


# %% tags=["learnt"]
def told(differences):
    """Show differences with their intervals, and whether these lie above 0."""
    table = pd.DataFrame({name: each["pr_auc"] for name, each in differences.items()}).T
    return table.assign(proven=table["low"] > 0)


told(metrics["differences"])

# %%
logistic = metrics["differences"]["logistic"]["pr_auc"]
assert logistic["low"] < 0 < logistic["high"]

# %%
Image(
    folders.stage("evaluate") / "precision_recall.png",
    width=520,
    alt="Precision over recall of our model and of each baseline",
)

# %% [markdown]
# **Is something giving mules away?** The control learns and tests again with every laundering
# transaction deleted. If mules could still be found, the ledger itself would betray them, and no
# figure above would mean anything. PR-AUC must fall to about the prevalence. A bank cannot
# delete what it does not know; for it, `without_near_labels` tells what is left if nobody had
# yet said a word about an account or its neighbours.

# %% tags=["learnt"]
control = metrics["controls"]["laundering_free"]
rows = {
    "as it is": {"value": metrics["model"]["pr_auc"]},
    "laundering deleted": control["pr_auc"],
    "without near-labels": metrics["without_near_labels"]["pr_auc"],
}
print(
    f"prevalence {control['prevalence']:.4f}; the label is visible: {control['label_is_visible']}"
)
pd.DataFrame(rows).T.fillna("")

# %%
assert not control["label_is_visible"]

# %% [markdown]
# **What would people find?** Two reviews a day are 14 accounts at each weekly instant.
# `precision` is the share of them that are mules, `recall` the share of the mules among them.

# %% tags=["learnt"]
capacity = metrics["at_capacity"]
print(f"the first {capacity['reviews']} accounts at each instant; ours with intervals:")
for name, figure in capacity["mulerisk"].items():
    print(f"  {name:18}{figure['value']:8.3f} [{figure['low']:.3f}, {figure['high']:.3f}]")
pd.DataFrame(capacity["figures"]).T

# %% [markdown]
# **Can probabilities be taken at their word?** The calibration that will be signed, tested on
# folds that it was not fitted on: mean forecast beside observed share, over all rows and in the
# top 1 %. `ece_to_prevalence` is 1 for a forecast of 0 for everybody. And each probability says
# how sure it is: the interval in which it lies, as far as the closed cases behind the
# calibration tell.

# %% tags=["learnt"]
service = metrics["calibration"]["service"]
pd.DataFrame({"all rows": service, "top 1 %": service["top_1pct"]}).loc[
    ["forecast", "observed", "ece", "ece_to_prevalence", "slope"]
]

# %% tags=["learnt"]
from training.fitted import read_fitted

calibration = read_fitted(folders.stage("fit")).calibration
raw = pd.read_parquet(folders.stage("fit") / "scores.parquet")["raw"]
quantiles = raw.quantile([0.5, 0.9, 0.99, 0.999, 1.0]).rename("raw score (log-odds)")
low, high = calibration.interval(quantiles.to_numpy())
quantiles.to_frame().assign(
    probability=calibration.probability(quantiles.to_numpy()), low=low, high=high
).rename_axis("quantile")

# %% [markdown]
# The reliability of each fold's own calibration, in fifteen groups: most hold a few mules or none,
# so the line jumps. It is no picture to judge this model by; with more mules it will be.

# %%
Image(
    folders.stage("evaluate") / "reliability.png",
    width=440,
    alt="Share of mules over the mean forecast, in groups of equally many rows",
)

# %% [markdown]
# What the model rests on: each dot is an account at an instant, its colour the feature's value, its
# place how far the feature moves the raw score.

# %%
Image(
    folders.stage("evaluate") / "shap.png",
    width=640,
    alt="SHAP values of the features with the largest effect",
)

# %% [markdown]
# ## 6. An experiment
#
# Do smaller trees do as well? An idea is tried on the folds in seconds, and nothing is written.

# %%
from dataclasses import replace

from features.catalogue import NAMES as COLUMNS
from training.features import read
from training.learner import out_of_fold
from training.rows import labelled_rows
from training.tuned import read_tuned

labelled = labelled_rows(read(folders.features), folders.labels)
smaller = [replace(fit, num_leaves=4) for fit in read_tuned(folders.tuned).folds]
tried = out_of_fold(labelled, COLUMNS, read_folds(folders.splits), smaller)

# %% [markdown]
# Two figures side by side invite a mistake: the larger one need not be better. Both models scored
# the same rows, so compare them there, with an interval. Here it resamples accounts; the gate
# resamples whole rings, too.

# %% tags=["learnt"]
from training.evaluation.comparison import Scores, compare
from training.evaluation.metrics import scored

scores = pd.read_parquet(folders.stage("fit") / "scores.parquet")
test = labelled.only(tried.row)
assert list(test.account_id) == list(scores["account_id"])
four, seven = (
    scored(test.account_id, test.as_of, test.label, raw)
    for raw in (tried.raw, scores["raw"].to_numpy())
)
settings = read_parameters(Path("params.yaml")).evaluate
compared = compare(Scores(four, {"7 leaves": seven}), settings)
print(f"PR-AUC with 4 leaves: {compared['model']['pr_auc']:.4f}, above that with")
told(compared["differences"])

# %% [markdown]
# The interval holds 0: this ledger does not tell the two apart. Then nothing is changed.

# %%
difference = compared["differences"]["7 leaves"]["pr_auc"]
assert difference["low"] <= 0 <= difference["high"]

# %% [markdown]
# An idea that holds is run through all stages. In a clone, DVC keeps each try with its
# parameters, results and figures ([training](../training.md#experiments)); MLflow keeps each
# run, and each trial of the search within it.
#
# ```sh
# dvc exp run evaluate -n seven                       # as params.yaml stands
# dvc exp run evaluate -n four -S fit.num_leaves=4    # only what depends on it runs
# dvc metrics diff seven four
# dvc exp apply seven                                 # back to it, from the cache
# ```

# %% [markdown]
# ## 7. The gate
#
# A model serves only if it passes the gate or a named person answers for what refuses it. There
# is no champion yet, so it is held against the best baseline.

# %% language="bash" tags=["learnt"] magic_args="--no-raise-error"
# mulerisk keys --out keys > /dev/null
# mulerisk model promote --ledger bank --author "D. Scientist" --reason "first model" \
#     --key keys/release.key > /dev/null 2> refused.txt
# sed -n '/^mulerisk: /,$p' refused.txt

# %% [markdown]
# It refuses, and rightly. `precision` and `value` ask for a proof that so few mules cannot give;
# the cure is more closed cases, not another seed. `harm`, where it refuses, is no lack of proof:
# innocents surely fare worse, and somebody should look at them. Nothing is in service, and the
# refusal is on record:

# %%
from training.promotion.decisions import history

(refusal,) = history(folders.decisions)
assert refusal.outcome == "refused"
assert {"precision", "value"} <= set(refusal.refused)
assert not folders.champion.exists()

# %% [markdown]
# **An override** names the rule, once for each, with a reason that is kept and printed on the
# model card. An override of a rule that passes is refused, and nobody can override a golden
# account that changed sides. Here it is right: this model decides nothing about anybody.

# %%
os.environ["OVERRIDES"] = " ".join(f"--override {rule}" for rule in refusal.refused)

# %% language="bash"
# mulerisk model promote --ledger bank --author "D. Scientist" --reason "shown in a notebook" \
#     --key keys/release.key $OVERRIDES > /dev/null

# %% tags=["learnt"]
decision = history(folders.decisions)[-1]
print(f"{decision.outcome}: version {decision.version}, {decision.author}: {decision.reason}")
findings = pd.DataFrame([vars(each) for each in decision.findings]).set_index("rule")
findings[["passed", "overridden", "asked"]]

# %% [markdown]
# Each decision is a file in `artifacts/bank/decisions/`, and stands in the tags of the version
# in MLflow too. `mulerisk model card` reads the card of the signed model; `mulerisk model
# rollback` brings the champion before back.
#
# ## 8. Scores and reasons
#
# The champion is a signed bundle: verified first, then loaded, without MLflow. We ask it about
# the accounts at the ledger's end, of which it was told no outcome.

# %%
from ledger.view import MICROSECOND
from models.assess import assess
from models.assessment import NotAssessable, Terms
from models.bundle import load_bundle
from models.signature import read_public_key

scorer = load_bundle(folders.champion, read_public_key(Path("keys/release.pub")))
view = PipelineView.at(
    lake, of_lake.last + MICROSECOND, read_parameters(Path("params.yaml")).features
)
terms = Terms(lake.reference_currency)
answers = assess(view, scorer, list(personas.index), terms, reasons=False)
judged = [each for each in answers if not isinstance(each, NotAssessable) and not each.known_mule]

# %% tags=["learnt"]
ranked = pd.DataFrame([vars(each) for each in judged]).sort_values("raw_score", ascending=False)
ranked = ranked.set_index("account_id")
ranked[["band", "raw_score", "probability", "probability_low", "probability_high"]].head()

# %% [markdown]
# A known mule has no rank: nothing is left to forecast. Now the first account, with its reasons.
# A reason is one behaviour, for or against, in log-odds, with the transactions behind it.

# %% tags=["learnt"]
(first,) = assess(view, scorer, [ranked.index[0]], terms)
for reason in first.reasons:
    print(f"{reason.contribution:+.2f} {reason.title}: {reason.sentence}")
    print(f"      transactions: {', '.join(reason.transaction_ids[:4])}")

# %% [markdown]
# SHAP values add up to the raw score, feature by feature: the base, which is the score before
# any feature is known, and what each feature adds. Every assessment checks it.

# %% tags=["learnt"]
parts = pd.DataFrame([vars(each) for each in first.features.values()], index=list(first.features))
total = first.base + parts["contribution"].sum()
print(f"base {first.base:+.4f}, with its features {total:+.4f}, raw score {first.raw_score:+.4f}")
assert abs(total - first.raw_score) < 1e-9
parts.sort_values("contribution", key=abs, ascending=False).head(6)

# %% [markdown]
# ## 9. Where to go on
#
# - **The service.** `mulerisk load ledgers/bank --store URL`, `mulerisk snapshot --store URL
#   --as-of T`, then `mulerisk serve`: [the HTTP API](../api.md), [settings](../settings.md).
# - **Its work.** `mulerisk rank` makes the worklist and `mulerisk report` the analysts' report:
#   [report](../report.md), [explanations](../explanations.md).
# - **Drift.** `mulerisk monitor` tells whether the accounts scored now still look like those that
#   the champion learnt from: [monitoring](../monitoring.md). When they do not, begin again at 1.
# - **The protocol**, every parameter and every figure: [training](../training.md). **Your own
#   features**: [contributing](../../CONTRIBUTING.md).
