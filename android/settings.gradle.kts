// For people with the Android SDK and the NDK; the host's build is pom.xml.
pluginManagement {
    repositories {
        google()
        mavenCentral()
    }
}
dependencyResolutionManagement {
    repositories {
        google()
        mavenCentral()
    }
}
rootProject.name = "pakmut"
include(":app")
