#!/usr/bin/env bash
# Runs a command inside a Debian 13 folder that has Swift: Debian 12 has none.
#   ios/tools/debian.sh FOLDER COMMAND…
# The folder is made at the first call (2.7 GB, a few minutes, as root). The
# command runs in this folder of the project; nothing of the machine is changed,
# and nothing stays mounted.
set -eu
root=$(realpath -m "$1")
shift
project=$(cd "$(dirname "$0")/../.." && pwd)

if [ ! -e "$root/.complete" ]; then
  command -v debootstrap >/dev/null || { apt-get update -q && apt-get install -y -q debootstrap; } >&2
  rm -rf "$root"
  mkdir -p "$root"
  echo "making the Debian 13 folder with Swift, once" >&2
  debootstrap --variant=minbase trixie "$root" >"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; exit 1; }
  unshare -m --propagation private bash -eu -c '
    mount -t proc proc "$1/proc"
    cp /etc/resolv.conf "$1/etc/resolv.conf"
    chroot "$1" apt-get install -y -q --no-install-recommends swiftlang libc6-dev libstdc++-14-dev
    chroot "$1" apt-get clean
  ' make "$root" >>"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; exit 1; }
  touch "$root/.complete"
fi

mkdir -p "$root/project"
exec unshare -m --propagation private bash -eu -c '
  root=$1 project=$2
  shift 2
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount --bind "$project" "$root/project"
  exec chroot "$root" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/root LANG=C.UTF-8 \
    bash -eu -c "cd /project; exec \"\$@\"" inside "$@"
' run "$root" "$project" "$@"
