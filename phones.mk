# The phones' part of the Makefile: bindings, the shells' tests, their targets.

BINDINGS := target/bindings
LIBRARY := target/debug/libpakmut.so

.PHONY: bindings host test-swift

host:
	@cargo build --quiet -p pakmut-bindings -p pakmut-bindgen -p pakmut-registry

bindings: host ## Kotlin and Swift sources from the built library (target/bindings)
	@rm -rf $(BINDINGS)
	@target/debug/pakmut-bindgen $(LIBRARY) $(BINDINGS)
	@mkdir -p ios/Generated/PakmutFFI ios/Generated/PakmutCore
	@cp $(BINDINGS)/swift/PakmutFFI.h ios/Generated/PakmutFFI/
	@cp $(BINDINGS)/swift/PakmutFFI.modulemap ios/Generated/PakmutFFI/module.modulemap
	@cp $(BINDINGS)/swift/PakmutCore.swift ios/Generated/PakmutCore/

test-swift: bindings ## The iOS shell's part without iOS: its tests, on Linux (Debian 13 folder)
	@ios/tools/debian.sh target/swift/debian13 \
		env LD_LIBRARY_PATH=/project/target/debug \
		PAKMUT_REGISTRY=/project/target/debug/pakmut-registry PAKMUT_DATA=/project/tests/data \
		PAKMUT_REPORTS=/project/target/reports \
		swift test --package-path ios --scratch-path target/swift/build \
		-Xlinker -L/project/target/debug -Xlinker -lpakmut
