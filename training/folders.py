"""Where a pipeline's ledger and outputs stand: ledgers side by side, a folder for each stage."""

from dataclasses import dataclass
from pathlib import Path

SIMULATED = "demo"
"""Name of the ledger that the stage `simulate` makes."""


@dataclass(frozen=True)
class Folders:
    """The places of one ledger's pipeline.

    Attributes
    ----------
    root : Path
        The folder that holds `params.yaml`.
    name : str
        The ledger's name.
    """

    root: Path
    name: str

    @property
    def ledger(self) -> Path:
        """The ledger itself."""
        return self.root / "ledgers" / self.name

    @property
    def simulated(self) -> Path:
        """The simulated ledger, whichever ledger the pipeline reads."""
        return self.root / "ledgers" / SIMULATED

    @property
    def artifacts(self) -> Path:
        """All that was made from the ledger."""
        return self.root / "artifacts" / self.name

    @property
    def tracking(self) -> Path:
        """MLflow's database and files, shared by all ledgers."""
        return self.root / "artifacts" / "mlflow"

    @property
    def champion(self) -> Path:
        """The bundle in service."""
        return self.artifacts / "champion"

    @property
    def bundles(self) -> Path:
        """Every bundle that was ever in service, kept as long as assessments made with it."""
        return self.artifacts / "bundles"

    @property
    def challenger(self) -> Path:
        """The bundle that is compared with the one in service."""
        return self.artifacts / "challenger"

    @property
    def challengers(self) -> Path:
        """Every bundle that was signed to be compared; none of them may serve."""
        return self.artifacts / "challengers"

    @property
    def kept(self) -> Path:
        """What was kept of the evaluation of each bundle, for those that follow."""
        return self.artifacts / "kept"

    @property
    def decisions(self) -> Path:
        """Who put which bundle into service or into the shadow, and who was refused."""
        return self.artifacts / "decisions"

    @property
    def assessments(self) -> Path:
        """The records of assessments made on the ledger; no stage's output, so none clears it."""
        return self.artifacts / "assessments"

    def stage(self, name: str) -> Path:
        """Output folder of a stage."""
        return self.artifacts / name

    @property
    def features(self) -> Path:
        """The feature table."""
        return self.stage("features") / "features.parquet"

    @property
    def labels(self) -> Path:
        """The labelled rows."""
        return self.stage("labels") / "labels.parquet"

    @property
    def splits(self) -> Path:
        """The folds."""
        return self.stage("splits") / "splits.json"

    @property
    def tuned(self) -> Path:
        """The parameters that each model is learnt with."""
        return self.stage("tune") / "tuned.json"
