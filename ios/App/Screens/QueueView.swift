import PakmutCore
import PakmutShell
import SwiftUI

/// Tells the main thread how far a sync is.
private final class Telling: PakmutCore.Progress, @unchecked Sendable {
    let each: @MainActor (SyncScreen) -> Void
    init(_ each: @escaping @MainActor (SyncScreen) -> Void) { self.each = each }
    func advanced(screen: SyncScreen) throws { Task { @MainActor in each(screen) } }
}

struct QueueView: View {
    @EnvironmentObject private var model: Model
    @State private var queue: QueueScreen?
    @State private var sync: SyncScreen?
    @State private var running = false

    var body: some View {
        List {
            if let sync {
                Text(sync.line).font(.headline)
                if sync.running { ProgressView(value: sync.part) }
                ForEach([sync.cause, sync.lastSuccess, sync.nextTry, sync.clock].compactMap { $0 }, id: \.self) {
                    Text($0).foregroundStyle(.secondary)
                }
            }
            if let queue {
                if let wedged = queue.wedgedLine { Text(wedged) }
                if let photos = queue.photosLine { Text(photos).foregroundStyle(.secondary) }
                ForEach(queue.stuckPhotos, id: \.photo) { stuck in
                    VStack(alignment: .leading) {
                        Text(stuck.title).bold()
                        Text(stuck.reason)
                    }
                    .swipeActions {
                        Button(model.label("button-discard"), role: .destructive) { act { try $0.dropPhoto(photo: stuck.photo) } }
                        Button(model.label("button-try-again")) { act { try $0.photoAgain(photo: stuck.photo) } }
                    }
                }
                if let empty = queue.empty { Text(empty) }
                ForEach(queue.rows, id: \.item) { row in
                    VStack(alignment: .leading) {
                        Text([row.kind, row.about].filter { !$0.isEmpty }.joined(separator: " · ")).bold()
                        Text(row.saved).foregroundStyle(.secondary)
                        Text(row.standing)
                        if let reason = row.reason { Text(reason) }
                    }
                    .swipeActions {
                        if row.photoRemovable {
                            Button(model.label("photo-remove"), role: .destructive) { act { try $0.removePhoto(pin: row.item) } }
                        }
                        if row.wedged {
                            Button(model.label("button-discard"), role: .destructive) { act { try $0.discard(item: row.item) } }
                            Button(model.label("button-try-again")) { act { try $0.queueAgain(item: row.item) } }
                        }
                    }
                }
                if let others = queue.others { Text(others) }
            }
        }
        .safeAreaInset(edge: .bottom) {
            LargeButton(text: model.label(running ? "button-stop" : "button-sync")) {
                if running { try? model.shell?.core.cancel() } else { Task { await send() } }
            }
        }
        .task { await load() }
    }

    private func act(_ call: @escaping @Sendable (Pakmut) throws -> Void) {
        Task {
            _ = await model.ask(call)
            await load()
        }
    }

    private func load() async {
        queue = await model.ask { try $0.queue() }
        sync = await model.ask { try $0.syncScreen() }
    }

    private func send() async {
        guard let shell = model.shell else { return }
        running = true
        defer { running = false }
        do {
            sync = try await shell.sync(seconds: 540, urgent: true, progress: Telling { sync = $0 })
            queue = await model.ask { try $0.queue() }
        } catch {
            model.problem = Problem(error, lang: model.lang)
        }
    }
}
