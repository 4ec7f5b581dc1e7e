// swift-tools-version:5.9
// The part of the iOS app that needs no iOS, tested on Linux and macOS. The
// generated sources come by `make bindings`; the app itself is in App/.
import PackageDescription

let package = Package(
    name: "Pakmut",
    platforms: [.iOS(.v16), .macOS(.v13)],
    products: [
        .library(name: "PakmutCore", targets: ["PakmutCore"]),
        .library(name: "PakmutShell", targets: ["PakmutShell"]),
    ],
    targets: [
        .systemLibrary(name: "PakmutFFI", path: "Generated/PakmutFFI"),
        .target(name: "PakmutCore", dependencies: ["PakmutFFI"], path: "Generated/PakmutCore"),
        .target(name: "PakmutShell", dependencies: ["PakmutCore"]),
        .target(name: "PakmutTestHost", dependencies: ["PakmutCore", "PakmutShell"]),
        .executableTarget(name: "KilledPhone", dependencies: ["PakmutTestHost"]),
        .testTarget(
            name: "PakmutTests",
            dependencies: ["PakmutCore", "PakmutShell", "PakmutTestHost", "KilledPhone"]
        ),
    ]
)
