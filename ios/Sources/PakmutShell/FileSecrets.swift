import Foundation
import PakmutCore

/// Secrets as files of a folder: for hosts without a Keychain, and for tests.
public final class FileSecrets: SecretStore, @unchecked Sendable {
    private let folder: URL
    private let lock = NSLock()
    private var names: Set<String> = []

    public init(folder: URL) {
        self.folder = folder
    }

    /// The threads that came by, by a number of their own.
    public var threads: Set<String> {
        lock.withLock { names }
    }

    private func file(_ key: String) throws -> URL {
        lock.withLock { _ = names.insert("\(Thread.current)") }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw SecretFailed.Unavailable(reason: "\(error)")
        }
        return folder.appendingPathComponent(key)
    }

    public func load(key: String) throws -> Data? {
        let file = try file(key)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        do {
            return try Data(contentsOf: file)
        } catch {
            throw SecretFailed.Unavailable(reason: "\(error)")
        }
    }

    public func keep(key: String, value: Data) throws {
        do {
            try value.write(to: file(key), options: .atomic)
        } catch {
            throw SecretFailed.Unavailable(reason: "\(error)")
        }
    }

    public func forget(key: String) throws {
        let file = try file(key)
        guard FileManager.default.fileExists(atPath: file.path) else { return }
        do {
            try FileManager.default.removeItem(at: file)
        } catch {
            throw SecretFailed.Unavailable(reason: "\(error)")
        }
    }
}
