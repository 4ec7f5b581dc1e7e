import BackgroundTasks
import PakmutCore
import PakmutShell
import SwiftUI

/// The app: one core, shared by the screens and the task in the background.
@main
struct PakmutApp: App {
    @Environment(\.scenePhase) private var phase
    @StateObject private var model = Model()

    var body: some Scene {
        WindowGroup {
            RootView()
                .environmentObject(model)
                .onChange(of: phase) { now in
                    switch now {
                    case .active: model.resumed()
                    case .background: model.suspended()
                    default: break
                    }
                }
        }
        .backgroundTask(.appRefresh("th.pakmut.sync")) { await model.syncInBackground() }
    }
}

private struct Silent: PakmutCore.Progress {
    func advanced(screen: SyncScreen) throws {}
}

/// What the screens share.
@MainActor
final class Model: ObservableObject {
    @AppStorage("registry") var registry = "https://registry.pakmut.example"
    @AppStorage("lang") private var langCode = Locale.current.language.languageCode == "en" ? "en" : "th"
    @AppStorage("thai_digits") var thaiDigits = false
    @Published private(set) var shell: Shell?
    @Published var problem: Problem?
    @Published var home: HomeScreen?
    let receiver = Receiver()

    var lang: Lang {
        get { langCode == "en" ? .en : .th }
        set {
            langCode = newValue == .en ? "en" : "th"
            restyle()
        }
    }

    init() { open() }

    func label(_ id: String) -> String { PakmutCore.label(lang: lang, id: id) }

    func restyle() {
        shell?.core.setStyle(lang: lang, thaiDigits: thaiDigits)
        Task { await reload() }
    }

    /// Opens the core at the address that is set.
    func open() {
        try? shell?.core.end()
        shell = nil
        home = nil
        do {
            shell = Shell(core: try Pakmut(
                setup: Setup(
                    folder: try Self.folder().path, registry: registry,
                    boot: Self.boot(), lang: lang, thaiDigits: thaiDigits),
                secrets: KeychainSecrets()))
            Task { await reload() }
        } catch {
            problem = Problem(error, lang: lang)
        }
    }

    /// Makes a call and tells what went wrong.
    func ask<T: Sendable>(_ call: @escaping @Sendable (Pakmut) throws -> T) async -> T? {
        guard let shell else { return nil }
        do {
            return try await shell.ask(call)
        } catch {
            let said = Problem(error, lang: lang)
            if said.kind == .signedOut { home = nil } else { problem = said }
            return nil
        }
    }

    func reload() async {
        guard let shell, (try? shell.core.signedIn()) == true else { return home = nil }
        home = await ask { try $0.home() }
    }

    /// iOS ends an app that holds a file's lock when it is suspended.
    func suspended() {
        let wanted = BGAppRefreshTaskRequest(identifier: "th.pakmut.sync")
        try? BGTaskScheduler.shared.submit(wanted)
        guard let shell else { return }
        let task = UIApplication.shared.beginBackgroundTask()
        Task {
            _ = try? await shell.ask { try $0.pause() }
            UIApplication.shared.endBackgroundTask(task)
        }
    }

    func resumed() {
        Task {
            _ = await ask { try $0.resume() }
            await reload()
        }
    }

    func syncInBackground() async {
        guard let shell else { return }
        await withTaskCancellationHandler {
            _ = try? await shell.ask { try $0.resume() }
            _ = try? await shell.sync(seconds: 25, urgent: false, progress: Silent())
            _ = try? await shell.ask { try $0.pause() }
        } onCancel: {
            try? shell.core.cancel()
        }
    }

    /// Readable after the first unlock, in no backup.
    private static func folder() throws -> URL {
        var folder = try FileManager.default.url(
            for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true
        ).appendingPathComponent("core")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true,
            attributes: [.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication])
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        try folder.setResourceValues(values)
        return folder
    }

    private static func boot() -> String {
        var size = 64
        var text = [CChar](repeating: 0, count: size)
        sysctlbyname("kern.bootsessionuuid", &text, &size, nil, 0)
        return String(cString: text)
    }
}
