import Foundation
#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif
import PakmutCore
import PakmutShell

/// What the build tells the tests, by environment variable.
public enum Build {
    public static func of(_ name: String) -> String {
        guard let value = ProcessInfo.processInfo.environment[name] else {
            fatalError("\(name) is not set: run the tests by `make test-swift`")
        }
        return value
    }

    public static var data: URL { URL(fileURLWithPath: of("PAKMUT_DATA")) }
    public static var registry: URL { URL(fileURLWithPath: of("PAKMUT_REGISTRY")) }
}

public struct HostFailed: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// A folder that goes with the test.
public final class Folder {
    public let url: URL
    public init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(at: url) }
    public func sub(_ name: String) -> URL { url.appendingPathComponent(name) }
}

/// A real registry on a free port of loopback, with the staff of two LAOs and one officer.
public final class Registry {
    public static let lao = "5810401"
    /// Another LAO of the same province.
    public static let neighbour = "5810402"
    public static let password = "a-long-test-password"
    /// Where the LAO's office is, degrees.
    public static let lat = 7.952981685
    public static let lon = 99.15039092

    private let folder: Folder
    private let process: Process
    public let port: UInt16

    public init() throws {
        folder = try Folder()
        let database = folder.sub("registry.db")
        try FileManager.default.copyItem(at: Registry.template.get(), to: database)
        let users = folder.sub("users.csv")
        try """
        username,role,dla_code,province_code,password
        staff,lao,\(Registry.lao),,\(Registry.password)
        colleague,lao,\(Registry.lao),,\(Registry.password)
        neighbour,lao,\(Registry.neighbour),,\(Registry.password)
        officer,province,,81,\(Registry.password)
        department,department,,,\(Registry.password)

        """.write(to: users, atomically: true, encoding: .utf8)
        _ = try Registry.run(folder, ["import", "users", users.path])
        port = try Sockets.freePort()
        process = try Registry.start(folder, ["serve", "--listen", "127.0.0.1:\(port)"])
        let begun = Date()
        while !Sockets.answers(port) {
            guard process.isRunning, Date().timeIntervalSince(begun) < 60 else {
                throw HostFailed("the registry does not answer")
            }
            usleep(20_000)
        }
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }

    public var url: String { "http://127.0.0.1:\(port)" }

    /// The one-time code that a command prints: `codes issue …`, `users reset …`.
    public func code(_ command: String...) throws -> String {
        let lines = try Registry.run(folder, command).split(whereSeparator: \.isNewline)
        guard lines.count > 1 else { throw HostFailed("no code: \(lines)") }
        let cells = lines[1].split(separator: ",")
        guard cells.count > 1 else { throw HostFailed("no code: \(lines)") }
        return String(cells[1])
    }

    /// The department announces a meeting on its page: a day such as `7 ส.ค. 2580`.
    public func announce(_ title: String, _ day: String) throws {
        let browser = Browser(url)
        try browser.send("/sign-in", ["username": "department", "password": Registry.password])
        try browser.send("/rounds", [
            "action": "announce", "title": title, "day": day, "begins": "10.00", "ends": "12.00",
        ])
    }

    /// The officer draws so many pins to be measured once more.
    public func draw(_ count: Int) throws {
        let browser = Browser(url)
        try browser.send("/sign-in", ["username": "officer", "password": Registry.password])
        try browser.send("/provinces/81/checks", ["count": "\(count)"])
    }

    private static let filled = Result { try Folder() }

    /// A database with the places, the LAOs and a form, filled once: it takes long.
    private static let template = Result { () -> URL in
        let folder = try filled.get()
        let places = { (name: String) in Build.data.appendingPathComponent("places/\(name)").path }
        let form = Build.data.appendingPathComponent("../../forms/readiness.xlsx").path
        for arguments in [
            ["import", "places", places("provinces.geojson"), places("districts.geojson"),
             places("subdistricts.geojson")],
            ["import", "laos", places("laos.csv")],
            ["import", "form", form, "--publish", "trial"],
        ] {
            _ = try run(folder, arguments)
        }
        return folder.sub("registry.db")
    }

    /// Runs a command to its end, and gives what it printed.
    private static func run(_ folder: Folder, _ arguments: [String]) throws -> String {
        let printed = folder.sub("printed.txt")
        try Data().write(to: printed)
        let output = try FileHandle(forWritingTo: printed)
        let process = try start(folder, arguments, output)
        process.waitUntilExit()
        try output.close()
        guard process.terminationStatus == 0 else {
            throw HostFailed("registry \(arguments) ended \(process.terminationStatus)")
        }
        return try String(contentsOf: printed, encoding: .utf8)
    }

    private static func start(
        _ folder: Folder, _ arguments: [String], _ output: FileHandle = .nullDevice
    ) throws -> Process {
        let process = Process()
        process.executableURL = Build.registry
        process.arguments = ["--database", "sqlite:\(folder.sub("registry.db").path)"] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }
}

/// Remembers how far each sync was.
public final class Steps: PakmutCore.Progress, @unchecked Sendable {
    private let lock = NSLock()
    private var screens: [SyncScreen] = []
    public init() {}
    public var seen: [SyncScreen] { lock.withLock { screens } }
    public func advanced(screen: SyncScreen) throws {
        lock.withLock { screens.append(screen) }
    }
}

public func openPhone(_ folder: URL, _ registry: String, _ lang: Lang = .en) throws -> Pakmut {
    try Pakmut(
        setup: Setup(
            folder: folder.appendingPathComponent("files").path, registry: registry, lang: lang),
        secrets: FileSecrets(folder: folder.appendingPathComponent("secrets"))
    )
}

extension Pakmut {
    public func syncNow() throws -> SyncScreen {
        try sync(deadlineS: 60, urgent: true, progress: Steps())
    }

    /// Pins a counter with recorded fixes, up to what was found.
    public func measure(_ counter: String, _ fixes: (Int64) throws -> [ReceiverFix]) throws
        -> FindingsScreen
    {
        _ = try beginPin(counter: counter)
        return try stand(fixes)
    }

    /// Measures a counter once more with recorded fixes, up to what was found.
    public func measureCheck(_ check: String, _ fixes: (Int64) throws -> [ReceiverFix]) throws
        -> FindingsScreen
    {
        _ = try beginCheck(check: check)
        return try stand(fixes)
    }

    private func stand(_ fixes: (Int64) throws -> [ReceiverFix]) throws -> FindingsScreen {
        var last = nowMs()
        for fix in try fixes(last) {
            last = fix.atMs
            _ = try pushFix(fix: fix, nowMs: last)
        }
        return try takePosition(nowMs: last)
    }
}

/// Recorded fixes as if they had been made at an office in Thailand.
public enum Recordings {
    private struct Row {
        var seconds: Double
        var lat: Double
        var lon: Double
        var accuracy: Double
    }

    /// A good receiver under the sky: 60 s.
    public static func outdoors(_ startMs: Int64) throws -> [ReceiverFix] {
        try read("receivers/phone-2016-06-30.csv", "t_s", (37.422578, -122.081678))
            .prefix(60).map { fix($0, startMs) }
    }

    /// A phone in a building: the first run of a recording indoors with four fixes.
    public static func indoors(_ startMs: Int64) throws -> [ReceiverFix] {
        var runs: [[Row]] = []
        for row in try read("indoors/sfba_hf__ios-1.csv", "ts", nil) {
            let gap = runs.last?.last.map { row.seconds - $0.seconds }
            if let gap, (0.0...30.0).contains(gap) {
                runs[runs.count - 1].append(row)
            } else {
                runs.append([row])
            }
        }
        guard let run = runs.first(where: { $0.count >= 4 }) else {
            throw HostFailed("no run of four fixes")
        }
        return run.map { row in
            var moved = row
            moved.seconds -= run[0].seconds
            return fix(moved, startMs)
        }
    }

    private static func fix(_ row: Row, _ startMs: Int64) -> ReceiverFix {
        ReceiverFix(
            atMs: startMs + Int64((row.seconds * 1_000).rounded()),
            lat: row.lat, lon: row.lon,
            accuracyM: row.accuracy > 0 ? row.accuracy : nil,
            speedMps: nil, provider: .satellite, mock: .no, gnssMs: nil, wallMs: nil)
    }

    private static func read(_ name: String, _ time: String, _ from: (Double, Double)?) throws
        -> [Row]
    {
        let text = try String(
            contentsOf: Build.data.appendingPathComponent(name), encoding: .utf8)
        // Recordings end their lines either way.
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
        let columns = lines[0].split(separator: ",").map(String.init)
        let rows = try lines.dropFirst().map { line -> Row in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false)
            func number(_ column: String) throws -> Double {
                guard let at = columns.firstIndex(of: column), let value = Double(cells[at]) else {
                    throw HostFailed("\(name): \(line)")
                }
                return value
            }
            return try Row(
                seconds: number(time), lat: number("lat"), lon: number("lon"),
                accuracy: number("accuracy_m"))
        }
        let (lat0, lon0) = from ?? (rows[0].lat, rows[0].lon)
        // Each keeps its error in metres, to the north and to the east.
        let narrower = cos(lat0 * .pi / 180) / cos(Registry.lat * .pi / 180)
        return rows.map { row in
            var row = row
            row.lat = Registry.lat + (row.lat - lat0)
            row.lon = Registry.lon + (row.lon - lon0) * narrower
            return row
        }
    }
}

/// As much of a browser as a form needs. It keeps the cookies itself and follows no
/// redirect: Foundation on Linux loses those that come with one.
private final class Browser: NSObject, URLSessionTaskDelegate, @unchecked Sendable {
    private let registry: String
    private var cookies: [String: String] = [:]
    private lazy var session = URLSession(
        configuration: .ephemeral, delegate: self, delegateQueue: nil)

    init(_ registry: String) { self.registry = registry }

    /// Opens the page and sends its form, filled in.
    func send(_ path: String, _ fields: [String: String]) throws {
        let page = try ask(path, nil)
        let form = page.components(separatedBy: "name=\"csrf\" value=\"").last ?? ""
        var fields = fields
        fields["csrf"] = String(form.prefix { $0 != "\"" })
        _ = try ask(path, fields)
    }

    private func ask(_ path: String, _ fields: [String: String]?) throws -> String {
        guard let address = URL(string: registry + path) else { throw HostFailed(path) }
        var request = URLRequest(url: address)
        request.httpShouldHandleCookies = false
        let kept = cookies.map { "\($0)=\($1)" }.joined(separator: "; ")
        request.setValue(kept, forHTTPHeaderField: "cookie")
        if let fields {
            request.httpMethod = "POST"
            request.httpBody = fields.map { name, value in
                name + "="
                    + (value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
            }.joined(separator: "&").data(using: .utf8)
            request.setValue(
                "application/x-www-form-urlencoded", forHTTPHeaderField: "content-type")
        }
        let answered = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var answer: (body: Data?, head: HTTPURLResponse?)
        session.dataTask(with: request) { body, head, _ in
            answer = (body, head as? HTTPURLResponse)
            answered.signal()
        }.resume()
        answered.wait()
        guard let head = answer.head, head.statusCode < 400 else {
            throw HostFailed("the page \(path) answers \(answer.head?.statusCode ?? 0)")
        }
        // Several in one line, each with its attributes behind it.
        for cookie in (head.value(forHTTPHeaderField: "set-cookie") ?? "").split(separator: ",") {
            let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
            guard let name = pair.first else { continue }
            cookies[name.trimmingCharacters(in: .whitespaces)] = pair.count > 1 ? String(pair[1]) : nil
        }
        return String(decoding: answer.body ?? Data(), as: UTF8.self)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }
}
