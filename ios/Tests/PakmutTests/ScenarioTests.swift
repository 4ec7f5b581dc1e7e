import Foundation
import PakmutCore
import PakmutShell
import PakmutTestHost
import XCTest

/// The whole work of a phone from the one-time code on, against a real registry in its own process.
final class ScenarioTests: XCTestCase {
    func testAPinGoesFromTheCounterToItsApproval() throws {
        let registry = try Registry()
        let network = try Network(registry.port)
        defer { network.stop() }
        let folder = try Folder()
        let home = folder.sub("phone")

        // Enrol with the province's code, while there is a network.
        do {
            let phone = try openPhone(home, network.url)
            XCTAssertThrowsError(try phone.signIn(username: "staff", password: "wrong password")) {
                guard case let PakmutError.Failed(kind, code, _, _, _)? = $0 as? PakmutError else {
                    return XCTFail("\($0)")
                }
                XCTAssertEqual(kind, .refused)
                XCTAssertEqual(code, "credentials_wrong")
            }
            let code = try registry.code("codes", "issue", "--role", "lao", "--lao", Registry.lao)
            XCTAssertThrowsError(try phone.previewCode(code: String(code.dropLast()))) {
                XCTAssertEqual(Problem($0, lang: .en).code, "code_length")
            }
            let shown = try phone.previewCode(code: code)
            XCTAssertEqual(shown.office, "เทศบาลตำบลคลองท่อมใต้")
            XCTAssertTrue(shown.asksName)
            let home = try phone.enrol(
                code: code, username: "somying", password: Registry.password,
                contact: Contact(name: "สมหญิง ใจดี", phone: "075 699000 ต่อ 12"))
            XCTAssertEqual(home.username, "somying")
            XCTAssertEqual(try phone.syncNow().line, "Everything is sent")
            XCTAssertEqual(try phone.counters().rows.map(\.standing), [.toPin])
            XCTAssertEqual(try phone.counters().line, "0 of 1 pinned")
            try phone.end()
        }

        // Capture and save offline, in a process of its own, which is killed.
        network.cut(after: 0)
        let saved = try captureAndBeKilled(home, network.url)
        let phone = try openPhone(home, network.url)
        XCTAssertEqual(try phone.counters().rows[0].standing, .saved)
        XCTAssertEqual(try phone.counters().rows[0].item, saved)
        XCTAssertTrue(try phone.queue().line.hasPrefix("One item waits since "))

        // No network, then one that is cut again and again.
        XCTAssertEqual(
            try phone.syncNow().line,
            "No network. You can go on; items are sent when there is one.")
        var bytes = 200
        var tries = 0
        while try !phone.queue().rows.contains(where: \.sent) {
            network.cut(after: bytes)
            _ = try phone.syncNow()
            bytes += 300
            tries += 1
            guard tries < 60 else { return XCTFail("not sent after \(tries) tries") }
        }
        XCTAssertGreaterThan(network.cuts, 1)
        network.cut(after: -1)
        XCTAssertEqual(try phone.syncNow().line, "Everything is sent")
        XCTAssertEqual(try phone.counters().rows[0].standing, .sent)

        // The province sends it back.
        let officer = try openPhone(folder.sub("officer"), network.url)
        _ = try officer.signIn(username: "officer", password: Registry.password)
        _ = try officer.syncNow()
        let waiting = try XCTUnwrap(officer.review().rows.first { $0.pin == saved })
        XCTAssertTrue(waiting.headline.hasPrefix("Within "))
        XCTAssertFalse(waiting.findings.isEmpty)
        _ = try officer.decide(
            pin: saved, decision: .sentBack, reason: "too_weak", note: "วัดที่หน้าประตู")
        _ = try officer.syncNow()

        _ = try phone.syncNow()
        let back = try phone.counters()
        XCTAssertEqual(back.rows[0].standing, .sentBack)
        XCTAssertEqual(back.rows[0].reason, "Not accurate enough · วัดที่หน้าประตู")
        let next = try XCTUnwrap(back.next)

        // Pinned again at the door, where there is a good position.
        let found = try phone.measure(next, Recordings.outdoors)
        XCTAssertEqual(found.state, .ready)
        // With a photo, of which nothing but the picture stays.
        XCTAssertNil(try phone.pinPhoto().photo)
        let camera = try Data(
            contentsOf: Build.data.appendingPathComponent("../../core/tests/data/camera.jpg"))
        let photo = try XCTUnwrap(phone.takePinPhoto(head: camera, scaled: camera).photo)
        let secret = Data("Secret Camera".utf8)
        XCTAssertNotNil(camera.range(of: secret))
        XCTAssertNil(try phone.photoBytes(photo: photo).range(of: secret))
        XCTAssertEqual(photoScaling(head: camera).turnDegrees, 90)
        let elsewhere = try phone.findings()?.findings.filter { $0.code == "photo_elsewhere" }
        XCTAssertEqual(elsewhere?.map(\.severity), [.warn])
        XCTAssertThrowsError(
            try phone.takePinPhoto(head: camera, scaled: Data("no picture".utf8))
        ) {
            XCTAssertEqual(Problem($0, lang: .en).code, "photo_not_jpeg")
        }
        XCTAssertEqual(try phone.pinPhoto().photo, photo)
        let second = try phone.savePin(reason: "checked_on_spot", note: nil)
        XCTAssertEqual(try phone.queue().photosLine, "One photo waits to be sent")
        // The pin goes through and its photo is cut: it waits, and goes on.
        network.cut(after: 4_000)
        _ = try phone.syncNow()
        network.cut(after: -1)
        _ = try phone.syncNow()
        XCTAssertNil(try phone.queue().photosLine)
        XCTAssertTrue(try phone.queue().stuckPhotos.isEmpty)
        XCTAssertEqual(try phone.counters().rows[0].standing, .sent)

        // And approved.
        _ = try officer.syncNow()
        XCTAssertTrue(try officer.review().rows.contains { $0.pin == second })
        // The officer sees its photo by one tap, whole or not at all, and offline after.
        XCTAssertNil(try officer.reviewPhoto(pin: saved), "that one has none")
        let away = try XCTUnwrap(officer.reviewPhoto(pin: second))
        XCTAssertNil(away.bytes)
        XCTAssertEqual(away.button, "Show the photo (at most 400 kB)")
        // The app is opened anew: no connection is left from before.
        try officer.end()
        let opened = try openPhone(folder.sub("officer"), network.url)
        for bytes in [0, 2_000] {
            network.cut(after: bytes)
            XCTAssertThrowsError(try opened.fetchReviewPhoto(pin: second)) {
                XCTAssertEqual(Problem($0, lang: .en).code, "photo_not_fetched")
                XCTAssertEqual(Problem($0, lang: .en).kind, .offline)
            }
            XCTAssertNil(try opened.reviewPhoto(pin: second)?.bytes)
        }
        network.cut(after: -1)
        let fetched = try XCTUnwrap(opened.fetchReviewPhoto(pin: second))
        XCTAssertEqual(fetched.bytes, try phone.photoBytes(photo: photo))
        network.cut(after: 0)
        XCTAssertEqual(try opened.reviewPhoto(pin: second), fetched)
        network.cut(after: -1)
        _ = try opened.decide(pin: second, decision: .approved, reason: nil, note: nil)
        _ = try opened.syncNow()
        _ = try phone.syncNow()
        let done = try phone.counters()
        XCTAssertEqual(done.rows[0].standing, .approved)
        XCTAssertEqual(done.line, "1 of 1 pinned")
        XCTAssertNil(done.next)
        XCTAssertEqual(try phone.queue().rows.map(\.standing), ["Approved", "Sent"])
    }

    /// Runs KilledPhone until it says the pin's id, and kills it.
    private func captureAndBeKilled(_ home: URL, _ url: String) throws -> String {
        let process = Process()
        // Beside the tests: where that is depends on the system.
        let folders = [
            Bundle.main.bundleURL, Bundle(for: Self.self).bundleURL.deletingLastPathComponent(),
            URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent(),
        ]
        process.executableURL = try XCTUnwrap(
            folders.map { $0.appendingPathComponent("KilledPhone") }
                .first { FileManager.default.isExecutableFile(atPath: $0.path) })
        process.arguments = [home.path, url]
        let said = Pipe()
        process.standardOutput = said
        try process.run()
        let line = String(decoding: said.fileHandleForReading.availableData, as: UTF8.self)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        XCTAssertEqual(process.terminationReason, .uncaughtSignal)
        return line.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
