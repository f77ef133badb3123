#!/bin/sh
# Pins the dependencies with hashes and without download addresses.
# `dev` is everything; the others are held to the same versions, so no environment runs what was not tested.
set -eu
cd "$(dirname "$0")/.."
compile="uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11"
$compile --extra serving --extra training --extra spark --extra dev pyproject.toml requirements/build.in -o requirements/dev.txt "$@"
$compile --extra serving pyproject.toml requirements/build.in -c requirements/dev.txt -o requirements/serving.txt
$compile --extra training pyproject.toml requirements/build.in -c requirements/dev.txt -o requirements/training.txt
$compile --extra spark pyproject.toml requirements/build.in -c requirements/dev.txt -o requirements/spark.txt
$compile requirements/uv.in -o requirements/uv.txt
$compile -c requirements/dev.txt requirements/benchmark.in -o requirements/benchmark.txt
