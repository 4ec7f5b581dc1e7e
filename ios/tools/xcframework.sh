#!/usr/bin/env bash
# Builds PakmutFFI.xcframework for the app: needs a Mac with Xcode and
# rustup target add aarch64-apple-ios aarch64-apple-ios-sim.
set -eu
cd "$(dirname "$0")/../.."
make bindings
headers=target/xcframework/headers
rm -rf target/xcframework
mkdir -p "$headers"
cp ios/Generated/PakmutFFI/PakmutFFI.h ios/Generated/PakmutFFI/module.modulemap "$headers/"
export IPHONEOS_DEPLOYMENT_TARGET=16.0
. bindings/tools/mobile.env
arguments=()
for target in aarch64-apple-ios aarch64-apple-ios-sim; do
  cargo build --profile mobile -p pakmut-bindings --target "$target"
  arguments+=(-library "target/$target/mobile/libpakmut.a" -headers "$headers")
done
xcodebuild -create-xcframework "${arguments[@]}" -output target/xcframework/PakmutFFI.xcframework
