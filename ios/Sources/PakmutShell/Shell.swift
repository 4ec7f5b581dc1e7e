import Foundation
import PakmutCore

/// What a failed call tells the person, in the language of the screen.
public struct Problem: Equatable, Sendable {
    public let kind: ErrorKind
    public let code: String
    public let text: String

    public init(_ error: Error, lang: Lang) {
        if case let PakmutError.Failed(kind, code, thai, english, _)? = error as? PakmutError {
            self.kind = kind
            self.code = code
            text = lang == .th ? thai : english
        } else {
            kind = .argument
            code = "internal"
            text = errorWords(lang: lang, code: "internal")
        }
    }
}

/// The core on a thread of its own: every call blocks, so none is made where
/// the screen is drawn.
public final class Shell: @unchecked Sendable {
    public let core: Pakmut
    private let calls = DispatchQueue(label: "pakmut.calls", qos: .userInitiated)
    private let syncs = DispatchQueue(label: "pakmut.sync", qos: .utility)

    public init(core: Pakmut) {
        self.core = core
    }

    /// Makes one call off the main thread.
    public func ask<T: Sendable>(_ call: @escaping @Sendable (Pakmut) throws -> T) async throws -> T {
        let core = core
        return try await withCheckedThrowingContinuation { answer in
            calls.async { answer.resume(with: Result { try call(core) }) }
        }
    }

    /// Fetches something over the network, where the syncs are: saving goes on meanwhile.
    public func fetch<T: Sendable>(_ call: @escaping @Sendable (Pakmut) throws -> T) async throws -> T {
        let core = core
        return try await withCheckedThrowingContinuation { answer in
            syncs.async { answer.resume(with: Result { try call(core) }) }
        }
    }

    /// Syncs; capturing and saving go on meanwhile.
    public func sync(
        seconds: UInt32, urgent: Bool, progress: PakmutCore.Progress
    ) async throws -> SyncScreen {
        let core = core
        return try await withCheckedThrowingContinuation { answer in
            syncs.async {
                answer.resume(with: Result {
                    try core.sync(deadlineS: seconds, urgent: urgent, progress: progress)
                })
            }
        }
    }
}
