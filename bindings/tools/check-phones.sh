#!/usr/bin/env bash
# Type-checks core and bindings for the phones' own targets, without Android's
# NDK and without a Mac. Nothing is linked: this shows that the code is right for
# these targets, not that an app starts.
#
# The standard library of these targets is checked from source, by Debian's
# matched pair of compiler and library source (rustc-web, rust-web-src), unpacked
# into a folder and installed nowhere. The C parts (SQLite, ring) are compiled by
# zig's clang with the headers that it brings.
set -eu
cd "$(dirname "$0")/../.."
here=$PWD/target/phones
mkdir -p "$here/debs"

if [ ! -e "$here/.unpacked" ]; then
  (
    cd "$here/debs"
    rm -f ./*.deb
    apt-get update -q >"$here/apt.log" 2>&1
    apt-get download -q rustc-web rust-web-src libstd-rust-web-dev libstd-rust-web-1.96 libllvm22 >>"$here/apt.log" 2>&1
  ) || { tail -n 20 "$here/apt.log"; exit 1; }
  rm -rf "$here/root"
  mkdir -p "$here/root"
  for deb in "$here"/debs/*.deb; do dpkg -x "$deb" "$here/root"; done
  python3 -m pip --version >/dev/null 2>&1 || apt-get install -y -q python3-pip >>"$here/apt.log" 2>&1
  python3 -m pip install --quiet --root-user-action=ignore --target "$here/zig" "ziglang==0.17.1"
  touch "$here/.unpacked"
fi

cat >"$here/rustc" <<END
#!/bin/sh
LD_LIBRARY_PATH="$here/root/usr/lib/x86_64-linux-gnu:$here/root/usr/lib" exec "$here/root/usr/bin/rustc" "\$@"
END
# The C compiler is called for a target that zig names otherwise.
cat >"$here/cc" <<END
#!/bin/bash
target=\${0##*/cc-}
arguments=()
while [ \$# -gt 0 ]; do
  case \$1 in
    --target=*|-m*-version-min=*|-mios-*) ;;
    -target|-arch|-isysroot) shift ;;
    *) arguments+=("\$1") ;;
  esac
  shift
done
exec "$here/zig/ziglang/zig" cc -target "\$target" "\${arguments[@]}"
END
cat >"$here/ar" <<END
#!/bin/sh
exec "$here/zig/ziglang/zig" ar "\$@"
END
chmod +x "$here/rustc" "$here/cc" "$here/ar"
ln -sf cc "$here/cc-aarch64-linux-musl"
ln -sf cc "$here/cc-aarch64-macos"

export RUSTC=$here/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$here/build
export ZIG_GLOBAL_CACHE_DIR=$here/zig-cache ZIG_LOCAL_CACHE_DIR=$here/zig-cache
export CC_aarch64_linux_android=$here/cc-aarch64-linux-musl AR_aarch64_linux_android=$here/ar
export CC_aarch64_apple_ios=$here/cc-aarch64-macos AR_aarch64_apple_ios=$here/ar
export SDKROOT=$here/root # Any folder: else xcrun is asked for it.
# A warning is of the other compiler's version: `make check` judges those.
# Macros run once here: optimising them costs more than it saves.
RUSTFLAGS="--cap-lints allow" cargo check --quiet -Zbuild-std=std,panic_unwind \
  --config 'profile.dev.package."*".opt-level=0' --config profile.dev.opt-level=0 \
  --target aarch64-linux-android --target aarch64-apple-ios -p pakmut-core -p pakmut-bindings --lib
echo "core and bindings type-check for aarch64-linux-android and aarch64-apple-ios"
