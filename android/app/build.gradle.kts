import com.android.build.gradle.tasks.MergeSourceSetFolders

plugins {
    id("com.android.application")
    id("org.jetbrains.kotlin.android")
}

val root = rootProject.projectDir.parentFile
val libraries = layout.buildDirectory.dir("rust")

android {
    namespace = "th.pakmut.app"
    compileSdk = 35
    defaultConfig {
        applicationId = "th.pakmut.app"
        minSdk = 26
        targetSdk = 35
        versionCode = 1
        versionName = "0.1.0"
        ndk { abiFilters += listOf("arm64-v8a", "armeabi-v7a", "x86_64") }
    }
    sourceSets["main"].kotlin.srcDirs("src/main/kotlin", root.resolve("target/bindings/kotlin"))
    sourceSets["main"].jniLibs.srcDir(libraries)
    buildTypes["release"].isMinifyEnabled = false
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
}

kotlin { jvmToolchain(17) }

dependencies {
    implementation("net.java.dev.jna:jna:5.17.0@aar")
}

// The library for the phones' processors: needs `cargo install cargo-ndk` and the NDK.
val rust by tasks.registering(Exec::class) {
    workingDir = root
    commandLine(
        "bash", "-euc",
        ". bindings/tools/mobile.env; exec cargo ndk --platform 26 " +
            "-t arm64-v8a -t armeabi-v7a -t x86_64 -o \"\$0\" " +
            "build --profile mobile -p pakmut-bindings",
        libraries.get().asFile.path,
    )
}
tasks.withType<MergeSourceSetFolders>().configureEach { dependsOn(rust) }
