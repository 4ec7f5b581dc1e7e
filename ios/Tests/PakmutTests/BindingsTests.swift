import Foundation
import PakmutCore
import PakmutShell
import PakmutTestHost
import XCTest

/// What a thread leaves for another.
private final class Box<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var kept: Value?
    var value: Value? {
        get { lock.withLock { kept } }
        set { lock.withLock { kept = newValue } }
    }
}

/// What the bindings must stand: threads, cancelling, closing, failing callbacks.
final class BindingsTests: XCTestCase {
    private static var shared: Registry?
    private var registry: Registry { Self.shared! }

    override class func setUp() {
        shared = try? Registry()
    }

    override class func tearDown() {
        shared = nil
    }

    private func failure(_ act: () throws -> Void) -> Problem? {
        do {
            try act()
        } catch {
            return Problem(error, lang: .en)
        }
        XCTFail("nothing failed")
        return nil
    }

    private func isThai(_ text: String) -> Bool {
        text.unicodeScalars.contains { (0xe00...0xe7f).contains($0.value) }
    }

    func testEveryErrorCodeReachesBothLanguages() throws {
        let codes = errorCodes()
        XCTAssertGreaterThan(codes.count, 120)
        let unknown = errorWords(lang: .en, code: "no_such_code")
        let start = unknown.components(separatedBy: "no_such_code")[0]
        for code in codes {
            XCTAssertTrue(isThai(errorWords(lang: .th, code: code)), code)
            let english = errorWords(lang: .en, code: code)
            XCTAssertFalse(isThai(english) || english.hasPrefix(start), code)
        }
        let folder = try Folder()
        let phone = try openPhone(folder.url, "http://127.0.0.1:1")
        XCTAssertThrowsError(try phone.counters()) {
            XCTAssertEqual(
                Problem($0, lang: .th).text, errorWords(lang: .th, code: "signed_out"))
        }
    }

    func testUseAfterTheEndIsAClearError() throws {
        let folder = try Folder()
        let phone = try openPhone(folder.url, registry.url)
        _ = try phone.signIn(username: "staff", password: Registry.password)
        try phone.end()
        try phone.end()
        XCTAssertEqual(failure { _ = try phone.counters() }?.kind, .closed)
        XCTAssertEqual(failure { _ = try phone.syncNow() }?.kind, .closed)
        XCTAssertEqual(failure { _ = try phone.savePin(reason: nil, note: nil) }?.kind, .closed)
        XCTAssertEqual(failure { try phone.cancel() }?.kind, .closed)
    }

    func testAStoreOfSecretsThatFailsIsTold() throws {
        final class Broken: SecretStore, @unchecked Sendable {
            func load(key: String) throws -> Data? { throw SecretFailed.Unavailable(reason: "locked") }
            func keep(key: String, value: Data) throws {
                throw SecretFailed.Unavailable(reason: "locked")
            }
            func forget(key: String) throws { throw HostFailed("boom") }
        }
        let folder = try Folder()
        let phone = try Pakmut(
            setup: Setup(folder: folder.url.path, registry: registry.url, lang: .en),
            secrets: Broken())
        let failed = failure {
            _ = try phone.signIn(username: "staff", password: Registry.password)
        }
        XCTAssertEqual(failed?.code, "secret_store")
        XCTAssertEqual(failed?.kind, .storage)
    }

    func testCallbacksComeFromWhicheverThreadCallsAndMayFail() throws {
        final class Listening: PakmutCore.Progress, @unchecked Sendable {
            let lock = NSLock()
            var threads: Set<String> = []
            let phone: Pakmut
            init(_ phone: Pakmut) { self.phone = phone }
            func advanced(screen: SyncScreen) throws {
                lock.withLock { _ = threads.insert(Thread.current.name ?? "") }
                // It may call back in, and it may fail.
                _ = try phone.syncScreen()
                throw HostFailed("boom")
            }
        }
        let folder = try Folder()
        let phone = try openPhone(folder.url, registry.url)
        _ = try phone.signIn(username: "staff", password: Registry.password)
        let listening = Listening(phone)
        let done = expectation(description: "synced")
        let thread = Thread {
            Thread.current.name = "test worker"
            let ended = try? phone.sync(deadlineS: 60, urgent: true, progress: listening)
            XCTAssertEqual(ended?.line, "Everything is sent")
            done.fulfill()
        }
        thread.start()
        wait(for: [done], timeout: 60)
        XCTAssertEqual(listening.threads, ["test worker"])
    }

    func testASyncIsCancelledInTheMiddleAndCapturingGoesOnMeanwhile() throws {
        let network = try Network(registry.port)
        defer { network.stop() }
        let folder = try Folder()
        let phone = try openPhone(folder.url, network.url)
        _ = try phone.signIn(username: "colleague", password: Registry.password)
        _ = try phone.syncNow()
        let counter = try phone.counters().rows[0].counter
        func pin() throws -> String {
            _ = try phone.beginPin(counter: counter)
            _ = try phone.placeByHand(lat: Registry.lat, lon: Registry.lon)
            return try phone.savePin(reason: "checked_on_spot", note: nil)
        }
        _ = try pin()
        network.holdBack(milliseconds: 3_000)
        let done = expectation(description: "ended")
        let ended = Box<SyncScreen>()
        Thread {
            ended.value = try? phone.sync(deadlineS: 120, urgent: true, progress: Steps())
            done.fulfill()
        }.start()
        usleep(500_000)
        let begun = Date()
        let saved = try pin()
        XCTAssertLessThan(Date().timeIntervalSince(begun), 2)
        XCTAssertEqual(try phone.syncNow().line, "Sending is already under way")
        try phone.cancel()
        wait(for: [done], timeout: 5)
        XCTAssertEqual(ended.value?.line, "Stopped. Everything is kept on this phone.")
        XCTAssertTrue(try phone.queue().rows.contains { $0.item == saved })
        network.holdBack(milliseconds: 0)
        XCTAssertEqual(try phone.syncNow().line, "Everything is sent")
    }

    func testTheShellCallsOffTheMainThread() async throws {
        let folder = try Folder()
        let shell = Shell(core: try openPhone(folder.url, registry.url))
        let home = try await shell.ask {
            XCTAssertFalse(Thread.isMainThread)
            return try $0.signIn(username: "staff", password: Registry.password)
        }
        XCTAssertEqual(home.username, "staff")
        let ended = try await shell.sync(seconds: 60, urgent: true, progress: Steps())
        XCTAssertFalse(ended.running)
    }

    func testALocationOfTheSystemBecomesAFix() {
        let now = Date(timeIntervalSince1970: 1_533_872_000)
        var location = SystemLocation(
            latitude: 7.95, longitude: 99.15, horizontalAccuracy: 5, speed: -1,
            timestamp: now.addingTimeInterval(-2), isSimulated: true)
        var fix = location.fix(nowMs: 100_000, now: now)
        XCTAssertEqual(fix.atMs, 98_000)
        XCTAssertEqual(fix.accuracyM, 5)
        XCTAssertNil(fix.speedMps)
        XCTAssertEqual(fix.mock, .yes)
        location.horizontalAccuracy = -1
        location.isSimulated = nil
        location.timestamp = Date.distantFuture
        fix = location.fix(nowMs: 100_000, now: now)
        XCTAssertNil(fix.accuracyM)
        XCTAssertEqual(fix.mock, .unknown)
        XCTAssertGreaterThan(fix.atMs, 100_000)
    }

    /// Kept for `make bench-calls`, which holds it against the same in Rust.
    private func keep(_ name: String, _ value: Int) throws {
        let reports = URL(fileURLWithPath: Build.of("PAKMUT_REPORTS"))
        try FileManager.default.createDirectory(at: reports, withIntermediateDirectories: true)
        try "\(value)\n".write(
            to: reports.appendingPathComponent("\(name).txt"), atomically: true, encoding: .utf8)
    }

    func testACoarseCallCostsFarLessThanAPersonNotices() throws {
        let folder = try Folder()
        let phone = try openPhone(folder.url, "http://127.0.0.1:1")
        func calls(_ times: Int) {
            for _ in 0..<times {
                _ = phone.readPosition(text: "18.7877, 98.9933", zone: nil, datum: nil)
            }
        }
        calls(1_000)
        let times = 10_000
        let begun = Date()
        calls(times)
        let each = Int(Date().timeIntervalSince(begun) * 1e9 / Double(times))
        try keep("call_swift_ns", each)
        XCTAssertLessThan(each, 5_000_000)
    }

    func testAHundredThousandCallsDoNotGrowTheMemory() throws {
        #if os(Linux)
        let folder = try Folder()
        let phone = try openPhone(folder.url, registry.url)
        func calls(_ times: Int) {
            for number in 0..<times {
                _ = phone.readPosition(text: "18.7877, 98.9933", zone: nil, datum: nil)
                if number % 20 == 0 { _ = try? phone.tick(nowMs: 0) }
            }
        }
        func residentKb() throws -> Int {
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
            return Int(line.filter(\.isNumber)) ?? 0
        }
        calls(20_000)
        let before = try residentKb()
        calls(100_000)
        // A leak of 100 bytes a call would be 10 MB.
        let grown = try residentKb() - before
        try keep("calls_swift_grown_kb", grown)
        XCTAssertLessThan(grown, 10_000)
        #endif
    }
}
