#!/bin/sh
# Install the programs that tests talk to: Dovecot (IMAP and LMTP) and openssl (certificates). Does nothing where they are there.
set -eu

has() {
    PATH="$PATH:/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin:/usr/lib/dovecot:/usr/libexec/dovecot" command -v "$1" >/dev/null 2>&1
}

missing=""
has dovecot && has imap-login || missing="$missing dovecot-imapd"
has dovecot && has lmtp || missing="$missing dovecot-lmtpd"
has openssl || missing="$missing openssl"
# Debian and Ubuntu keep the module that makes virtual environments in a package of its own.
python3 -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"

if [ -z "$missing" ]; then
    echo "the test peers are installed: dovecot (IMAP, LMTP), openssl"
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "needed:$missing (the names are Debian's). There is no apt-get here: install them with your system's packages." >&2
    exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1; then
    as_root="sudo"
else
    echo "needed:$missing. Only root may install them, and there is no sudo: ask an administrator for" >&2
    echo "    apt-get update && apt-get install$missing" >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -q
# shellcheck disable=SC2086 - the list is words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
echo "installed:$missing"
if [ -d /run/systemd/system ] && has dovecot; then
    echo "Debian starts Dovecot as a service. The tests run one of their own: to stop that one, systemctl disable --now dovecot"
fi
