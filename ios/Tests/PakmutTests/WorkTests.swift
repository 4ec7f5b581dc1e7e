import Foundation
import PakmutCore
import PakmutShell
import PakmutTestHost
import XCTest

/// The list of counters, the trial survey, a new password, the province's follow-up.
final class WorkTests: XCTestCase {
    private func answer(_ item: SurveyItem) -> String? {
        switch item.input {
        case .one, .many: item.choices.first?.code
        case .integer, .decimal: "๓"
        case .text: "ทดสอบ"
        case .date: "2018-08-10"
        case .time: "09:30"
        case .dateTime: "2018-08-10T09:30"
        case .place: "\(Registry.lat) \(Registry.lon)"
        case .heading, .note, .photo: nil
        }
    }

    func testATrialIsFilledInLeftGoneOnWithAndSent() throws {
        let registry = try Registry()
        let folder = try Folder()
        let phone = try openPhone(folder.url, registry.url)
        _ = try phone.signIn(username: "staff", password: Registry.password)
        _ = try phone.syncNow()
        let form = try XCTUnwrap(phone.survey().rows.first)
        let counter = try phone.counters().rows[0].counter
        let first = try phone.beginSurvey(form: form.form, counter: counter)
        XCTAssertTrue(first.trial.hasPrefix("Trial"))
        try phone.end()

        // The app was ended: the draft is still there.
        let again = try openPhone(folder.url, registry.url)
        let draft = try XCTUnwrap(again.survey().drafts.first).draft
        XCTAssertEqual(draft, first.draft)
        var page = try again.surveyPage(draft: draft)
        var pages = 0
        while !page.atEnd {
            // An answer may bring further questions to the page.
            while let open = page.items.first(where: {
                !$0.readOnly && $0.value.isEmpty && answer($0) != nil
            }) {
                page = try again.answerSurvey(
                    draft: draft, path: open.path, typed: answer(open) ?? "")
            }
            page = try again.nextSurveyPage(draft: draft)
            XCTAssertEqual(page.problems, [])
            pages += 1
            guard pages < 100 else { return XCTFail("no end after \(pages) pages") }
        }
        let response = try again.finishSurvey(draft: draft)
        XCTAssertEqual(try again.queue().rows.map(\.item), [response])
        XCTAssertEqual(try again.syncNow().line, "Everything is sent")
        XCTAssertEqual(
            try again.survey().rows.first?.line, "1 filled on this phone, 1 of them sent")
    }

    func testAMeetingIsAnsweredOfflineSentAndHeardOfByAColleague() throws {
        let registry = try Registry()
        try registry.announce("ประชุมทางไกลเรื่องการปักหมุด", "7 ส.ค. 2580")
        let folder = try Folder()
        let phone = try openPhone(folder.sub("staff"), registry.url)
        _ = try phone.signIn(username: "staff", password: Registry.password)
        _ = try phone.syncNow()
        func meeting(_ phone: Pakmut) throws -> MeetingRow {
            try XCTUnwrap(phone.home().news.first?.meeting)
        }
        let open = try meeting(phone)
        XCTAssertTrue(open.asks && open.answer == nil)
        for (will, people, code) in [
            (nil, "1", "meeting_unanswered"), (true, "๐", "meeting_people_wrong"),
        ] as [(Bool?, String, String)] {
            XCTAssertThrowsError(
                try phone.answerMeeting(meeting: open.meeting, will: will, people: people)
            ) { XCTAssertEqual(Problem($0, lang: .en).code, code) }
        }
        _ = try phone.answerMeeting(meeting: open.meeting, will: true, people: "๓")
        try phone.end()

        // The app was ended: the answer is still there, and waits.
        let again = try openPhone(folder.sub("staff"), registry.url)
        XCTAssertEqual(try meeting(again).answer, "Will come, 3 people · Saved here")
        XCTAssertEqual(try again.syncNow().line, "Everything is sent")
        XCTAssertEqual(try meeting(again).answer, "Will come, 3 people · Sent")

        let colleague = try openPhone(folder.sub("colleague"), registry.url)
        _ = try colleague.signIn(username: "colleague", password: Registry.password)
        _ = try colleague.syncNow()
        XCTAssertEqual(try meeting(colleague).answer, "Will come, 3 people · Sent")
        _ = try colleague.answerMeeting(meeting: open.meeting, will: false, people: "")
        _ = try colleague.syncNow()
        _ = try again.syncNow()
        XCTAssertEqual(try meeting(again).answer, "Will not come · Sent")
    }

    func testAPinIsCheckedBlindBySomebodyOfAnotherLao() throws {
        let registry = try Registry()
        let folder = try Folder()
        func open(_ name: String) throws -> Pakmut {
            let phone = try openPhone(folder.sub(name), registry.url)
            _ = try phone.signIn(username: name, password: Registry.password)
            _ = try phone.syncNow()
            return phone
        }
        let staff = try open("staff")
        _ = try staff.measure(staff.counters().rows[0].counter, Recordings.outdoors)
        _ = try staff.savePin(reason: "checked_on_spot", note: nil)
        _ = try staff.syncNow()
        try registry.draw(1)
        _ = try staff.syncNow()
        XCTAssertTrue(try staff.checks().rows.isEmpty, "not by the counter's own people")

        let neighbour = try open("neighbour")
        XCTAssertTrue(try neighbour.home().tabs.contains { $0.kind == .checks })
        let row = try XCTUnwrap(neighbour.checks().rows.first)
        XCTAssertEqual(row.standing, "○ To be measured")
        XCTAssertFalse(try neighbour.beginCheck(check: row.check).canPlace)
        XCTAssertThrowsError(try neighbour.placeByHand(lat: Registry.lat, lon: Registry.lon)) {
            XCTAssertEqual(Problem($0, lang: .en).code, "check_by_hand")
        }
        let found = try neighbour.measureCheck(row.check, Recordings.outdoors)
        XCTAssertTrue(found.canSave && !found.takesPhoto && found.reasonAsked == nil)
        XCTAssertFalse(found.findings.contains { $0.code.contains("far") || $0.code.contains("near") })
        _ = try neighbour.savePin(reason: nil, note: nil)
        try neighbour.end()

        // The app was ended: what was measured is still there, and waits.
        let again = try openPhone(folder.sub("neighbour"), registry.url)
        XCTAssertEqual(try again.checks().rows.map(\.standing), ["▣ Saved here"])
        XCTAssertEqual(try again.syncNow().line, "Everything is sent")
        let said = try XCTUnwrap(again.checks().rows.first)
        XCTAssertEqual(said.standing, "✓ confirmed")
        XCTAssertTrue(try XCTUnwrap(said.detail).contains("apart"))
        _ = try again.measure(again.counters().rows[0].counter, Recordings.outdoors)
        XCTAssertThrowsError(try again.beginCheck(check: row.check)) {
            XCTAssertEqual(Problem($0, lang: .en).code, "check_unknown")
        }
        // Nothing is left of the counter that was being pinned.
        XCTAssertThrowsError(try again.savePin(reason: "checked_on_spot", note: nil)) {
            XCTAssertEqual(Problem($0, lang: .en).code, "capture_not_ended")
        }
        XCTAssertTrue(try open("officer").checks().rows.isEmpty, "measured, it is gone elsewhere")
    }

    func testACounterIsDeclaredAtOnceOneDocumentOtherwiseAndSent() throws {
        let registry = try Registry()
        let folder = try Folder()
        let phone = try openPhone(folder.sub("staff"), registry.url)
        _ = try phone.signIn(username: "staff", password: Registry.password)
        _ = try phone.syncNow()
        let counter = try phone.counters().rows[0].counter
        func lines(_ phone: Pakmut) throws -> [ZeroCopyLine] {
            try phone.zeroCopy(counter: counter).services.flatMap(\.lines)
        }
        func declareAll(_ since: String) throws -> UInt32 {
            try phone.declare(
                counter: counter, services: [], documents: [], undeclaredOnly: true,
                practice: "stopped", since: since, basis: "views_original")
        }
        let open = try lines(phone)
        XCTAssertTrue(!open.isEmpty && open.allSatisfy(\.practice.isEmpty))
        XCTAssertThrowsError(try declareAll("2999-01-01")) {
            XCTAssertEqual(Problem($0, lang: .en).code, "since_in_future")
        }
        XCTAssertFalse(try lines(phone).contains(where: \.waits), "nothing was saved")
        XCTAssertEqual(try declareAll("2018-11-05"), UInt32(open.count))
        let service = try phone.zeroCopy(counter: counter).services[0]
        _ = try phone.declare(
            counter: counter, services: [service.service], documents: [service.lines[0].document],
            undeclaredOnly: false, practice: "asked", since: nil, basis: nil)
        try phone.end()

        // The app was ended: all of it is still there, and waits.
        let again = try openPhone(folder.sub("staff"), registry.url)
        XCTAssertTrue(try lines(again).allSatisfy(\.waits))
        XCTAssertEqual(try lines(again)[0].practice, "asked")
        XCTAssertEqual(
            try lines(again).filter { $0.practice == "stopped" }.count, open.count - 1)
        XCTAssertEqual(try again.syncNow().line, "Everything is sent")
        XCTAssertFalse(try lines(again).contains { $0.waits || $0.conflict != nil })

        let colleague = try openPhone(folder.sub("colleague"), registry.url)
        _ = try colleague.signIn(username: "colleague", password: Registry.password)
        _ = try colleague.syncNow()
        XCTAssertEqual(try lines(again).map(\.practice), try lines(colleague).map(\.practice))
    }

    func testStaffKeepTheListAndTheProvinceSeesHowFarTheyAre() throws {
        let registry = try Registry()
        let folder = try Folder()
        let phone = try openPhone(folder.sub("staff"), registry.url)
        _ = try phone.signIn(username: "staff", password: Registry.password)
        _ = try phone.syncNow()
        var entry = try phone.counterForm(counter: nil).entry
        XCTAssertThrowsError(try phone.proposeCounter(entry: entry)) {
            XCTAssertEqual(Problem($0, lang: .en).code, "counter_name_length")
        }
        entry = CounterEntry(
            counter: nil, name: "ศูนย์บริการร่วม", kind: .oneStop, status: .active,
            address: "", postcode: "๘๑๑๒๐", phone: "", extension: "")
        let counter = try phone.proposeCounter(entry: entry)
        XCTAssertEqual(try phone.counterForm(counter: counter).entry.postcode, "81120")
        _ = try phone.stateList(complete: true)
        XCTAssertTrue(try phone.counters().complete)
        _ = try phone.beginPin(counter: counter)
        _ = try phone.placeByHand(lat: Registry.lat, lon: Registry.lon)
        _ = try phone.savePin(reason: "checked_on_spot", note: nil)
        XCTAssertEqual(try phone.syncNow().line, "Everything is sent")

        let officer = try openPhone(folder.sub("officer"), registry.url)
        _ = try officer.signIn(username: "officer", password: Registry.password)
        _ = try officer.syncNow()
        let row = try XCTUnwrap(
            officer.followUp().rows.first { $0.name == "เทศบาลตำบลคลองท่อมใต้" })
        XCTAssertEqual(row.line, "1 of 2 counters pinned")
        XCTAssertEqual(row.missing, ["1 not pinned", "1 to be reviewed"])
    }

    func testANewPasswordIsSetWithACode() throws {
        let registry = try Registry()
        let folder = try Folder()
        let phone = try openPhone(folder.url, registry.url)
        let code = try registry.code("users", "reset", "staff")
        let shown = try phone.previewCode(code: code)
        XCTAssertFalse(shown.asksName)
        XCTAssertThrowsError(try phone.resetPassword(code: code, password: "short")) {
            XCTAssertEqual(Problem($0, lang: .en).code, "password_short")
        }
        XCTAssertEqual(
            try phone.resetPassword(code: code, password: "another-long-password").username, "staff")
        try phone.signOut()
        _ = try phone.signIn(username: "staff", password: "another-long-password")
    }
}
