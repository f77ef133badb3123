#!/bin/sh
# Names the system packages that are missing and installs them where that is allowed.
set -eu
missing=""
need() { # package, then a command that succeeds where it is there
    package=$1; shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
need git git --version
need make make --version
need libgomp1 sh -c 'ldconfig -p | grep -q libgomp.so.1'
need python3-venv "${PYTHON:-python3}" -c 'import ensurepip, venv'
need openjdk-17-jre-headless sh -c '"${JAVA_HOME:+$JAVA_HOME/bin/}java" -version' # Spark's; its tests skip without
need fonts-dejavu-core sh -c 'ls /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'
# What the report needs as PDF: what sets text, and letters of its languages.
need libpangoft2-1.0-0 sh -c 'ldconfig -p | grep -q libpangoft2-1.0.so.0'
need libharfbuzz-subset0 sh -c 'ldconfig -p | grep -q libharfbuzz-subset.so.0'
need fontconfig fc-list --version
need fonts-thai-tlwg sh -c 'fc-list :lang=th family | grep -q .'
need fonts-noto-cjk sh -c 'fc-list :lang=ja family | grep -q .'
# The browser that the tests of the report's page drive.
need chromium sh -c 'command -v chromium || command -v chromium-browser'
if [ -z "$missing" ]; then
    echo "Nothing is missing."
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing:$missing"
    apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing
else
    echo "Missing:$missing"
    echo "On Debian or Ubuntu: sudo apt-get install$missing"
    exit 1
fi
