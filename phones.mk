# The phones' part of the Makefile.

BINDINGS := target/bindings
LIBRARY := target/debug/libpakmut.so

.PHONY: bindings host

host:
	@cargo build --quiet -p pakmut-bindings -p pakmut-bindgen -p pakmut-registry

bindings: host ## Kotlin and Swift sources from the built library (target/bindings)
	@rm -rf $(BINDINGS)
	@target/debug/pakmut-bindgen $(LIBRARY) $(BINDINGS)
	@mkdir -p ios/Generated/PakmutFFI ios/Generated/PakmutCore
	@cp $(BINDINGS)/swift/PakmutFFI.h ios/Generated/PakmutFFI/
	@cp $(BINDINGS)/swift/PakmutFFI.modulemap ios/Generated/PakmutFFI/module.modulemap
	@cp $(BINDINGS)/swift/PakmutCore.swift ios/Generated/PakmutCore/
