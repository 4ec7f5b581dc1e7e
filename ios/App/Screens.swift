import PakmutCore
import PakmutShell
import SwiftUI

/// Sign-in, or the main screens of the person's role.
struct RootView: View {
    @EnvironmentObject private var model: Model

    var body: some View {
        Group {
            if let home = model.home {
                TabView {
                    ForEach(home.tabs, id: \.text) { tab in
                        NavigationStack { main(tab.kind) }
                            .tabItem { Label(tab.text, systemImage: icon(tab.kind)) }
                    }
                }
            } else {
                SignInView()
            }
        }
        .alert(
            model.problem?.text ?? "",
            isPresented: Binding(get: { model.problem != nil }, set: { _ in model.problem = nil })
        ) {}
    }

    @ViewBuilder private func main(_ kind: TabKind) -> some View {
        switch kind {
        case .counters: CountersView()
        case .survey: SurveyView()
        case .zeroCopy: ZeroCopyChooser()
        case .review: ReviewView()
        case .queue: QueueView()
        case .about: AboutView()
        }
    }

    private func icon(_ kind: TabKind) -> String {
        switch kind {
        case .counters: "mappin.and.ellipse"
        case .survey: "list.clipboard"
        case .zeroCopy: "doc.on.doc"
        case .review: "checkmark.seal"
        case .queue: "arrow.up.circle"
        case .about: "info.circle"
        }
    }
}

struct SignInView: View {
    @EnvironmentObject private var model: Model
    @State private var screen: SignInScreen?
    @State private var username = ""
    @State private var password = ""
    @State private var registry = ""

    var body: some View {
        Form {
            Text(model.label("app-name")).font(.largeTitle.bold())
            if let screen {
                Text(screen.note)
                if let others = screen.others { Text(others).foregroundStyle(.secondary) }
                TextField(model.label("field-username"), text: $username)
                    .textInputAutocapitalization(.never).autocorrectionDisabled()
                SecureField(model.label("field-password"), text: $password)
            }
            TextField(model.label("field-registry"), text: $registry).keyboardType(.URL)
                .textInputAutocapitalization(.never)
            Button(model.lang == .th ? "English" : "ไทย") {
                model.lang = model.lang == .th ? .en : .th
            }
        }
        .safeAreaInset(edge: .bottom) {
            LargeButton(text: model.label("button-sign-in")) { Task { await signIn() } }
        }
        .task(id: model.shell == nil) {
            registry = model.registry
            screen = await model.ask { try $0.signInScreen() }
            username = screen?.username ?? ""
        }
    }

    private func signIn() async {
        if registry != model.registry || model.shell == nil {
            model.registry = registry
            return model.open()
        }
        let (name, secret) = (username, password)
        model.home = await model.ask { try $0.signIn(username: name, password: secret) }
    }
}

/// The one thing to do next.
struct LargeButton: View {
    let text: String
    var enabled = true
    let act: () -> Void

    var body: some View {
        Button(action: act) {
            Text(text).font(.title3.bold()).frame(maxWidth: .infinity, minHeight: 44)
        }
        .buttonStyle(.borderedProminent)
        .disabled(!enabled)
        .padding()
        .background(.bar)
    }
}

struct CountersView: View {
    @EnvironmentObject private var model: Model
    @State private var screen: CountersScreen?
    @State private var pinning: String?

    var body: some View {
        List {
            if let screen {
                if let empty = screen.empty { Text(empty) }
                ForEach(screen.rows, id: \.counter) { row in
                    Button { pinning = row.counter } label: { CounterLine(row: row) }
                        .disabled(!row.canPin)
                }
                Text(screen.queueLine).foregroundStyle(.secondary)
            }
        }
        .navigationTitle(screen?.line ?? "")
        .safeAreaInset(edge: .bottom) {
            if let next = screen?.next {
                LargeButton(text: screen?.nextText ?? "") { pinning = next }
            }
        }
        .task { screen = await model.ask { try $0.counters() } }
        .fullScreenCover(
            isPresented: Binding(get: { pinning != nil }, set: { if !$0 { pinning = nil } }),
            onDismiss: { Task { screen = await model.ask { try $0.counters() } } }
        ) {
            if let pinning { NavigationStack { CaptureView(counter: pinning) } }
        }
    }
}

struct CounterLine: View {
    let row: CounterRow

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            Text(row.name).font(.headline)
            Text(row.kind).foregroundStyle(.secondary)
            Label(row.standingText, systemImage: icon)
            ForEach([row.reason, row.conflict, row.sample].compactMap { $0 }, id: \.self) { Text($0) }
        }
        .frame(minHeight: 48)
        .accessibilityElement(children: .combine)
    }

    private var icon: String {
        switch row.standing {
        case .sentBack: "arrow.uturn.backward"
        case .wedged: "exclamationmark.triangle"
        case .toPin: "circle"
        case .saved: "square.and.arrow.down"
        case .sent: "arrow.up"
        case .approved: "checkmark"
        case .closed: "minus"
        }
    }
}

struct CaptureView: View {
    let counter: String
    @EnvironmentObject private var model: Model
    @Environment(\.dismiss) private var dismiss
    @State private var screen: CaptureScreen?
    @State private var found: FindingsScreen?
    @State private var byHand = false
    private let seconds = Timer.publish(every: 1, on: .main, in: .common).autoconnect()

    var body: some View {
        ScrollView {
            VStack(spacing: 16) {
                AccessView(receiver: model.receiver)
                if let screen {
                    Circles(screen: screen).frame(height: 220).accessibilityHidden(true)
                    Text(screen.radiusText ?? "…").font(.title.bold())
                    Text(screen.advice).font(.title3.bold()).multilineTextAlignment(.center)
                    Text([screen.stateText, screen.refused].compactMap { $0 }.joined(separator: " · "))
                    Text("\(screen.targetText) · \(screen.elapsedText)").foregroundStyle(.secondary)
                }
                Button(model.label("button-by-hand")) { byHand = true }
                Button(model.label("button-cancel")) {
                    model.shell?.core.leavePin()
                    dismiss()
                }
            }
            .padding()
        }
        .navigationTitle(screen?.counterName ?? "")
        .safeAreaInset(edge: .bottom) {
            LargeButton(text: screen?.saveText ?? "", enabled: screen?.canSave ?? false) {
                Task { found = await model.ask { try $0.takePosition(nowMs: $0.nowMs()) } }
            }
        }
        .navigationDestination(
            isPresented: Binding(get: { found != nil }, set: { if !$0 { found = nil } })
        ) { if let found { FindingsView(screen: found) { dismiss() } } }
        .navigationDestination(isPresented: $byHand) { HandView { found = $0 } }
        .task {
            let counter = counter
            show(await model.ask { try $0.beginPin(counter: counter) })
            model.receiver.start { location in
                Task {
                    show(await model.ask {
                        let now = $0.nowMs()
                        return try $0.pushFix(fix: location.fix(nowMs: now, now: Date()), nowMs: now)
                    })
                }
            }
        }
        .onReceive(seconds) { _ in
            Task { show(try? await model.shell?.ask { try $0.tick(nowMs: $0.nowMs()) }) }
        }
        .onDisappear { model.receiver.stop() }
    }

    private func show(_ next: CaptureScreen?) {
        guard let next else { return }
        screen = next
        if let spoken = next.spoken {
            UIAccessibility.post(notification: .announcement, argument: spoken)
        }
    }
}

/// Why the position is not to be had, and the one thing to do about it.
struct AccessView: View {
    @ObservedObject var receiver: Receiver
    @EnvironmentObject private var model: Model

    var body: some View {
        switch receiver.access {
        case .precise: EmptyView()
        case .notAsked: ask("screen-location-why", "button-next") { receiver.ask() }
        case .approximate:
            ask("screen-location-approximate", "button-next") { receiver.ask() }
        case .denied: ask("screen-location-denied", "button-settings", settings)
        case .off: ask("screen-location-off", "button-settings", settings)
        }
    }

    private func settings() {
        if let url = URL(string: UIApplication.openSettingsURLString) {
            UIApplication.shared.open(url)
        }
    }

    private func ask(_ id: String, _ button: String, _ act: @escaping () -> Void) -> some View {
        VStack {
            Text(model.label(id))
            Button(model.label(button), action: act).buttonStyle(.bordered)
        }
    }
}

/// The radius as a circle that shrinks, with the target as a ring.
struct Circles: View {
    let screen: CaptureScreen

    var body: some View {
        Canvas { context, size in
            let largest = min(size.width, size.height) / 2
            let centre = CGPoint(x: size.width / 2, y: size.height / 2)
            func circle(_ metres: Double) -> Path {
                let radius = min(largest, max(6, largest * (metres / 150).squareRoot()))
                return Path(ellipseIn: CGRect(
                    x: centre.x - radius, y: centre.y - radius,
                    width: 2 * radius, height: 2 * radius))
            }
            if let radius = screen.radius95M {
                context.fill(circle(radius), with: .color(.accentColor.opacity(0.3)))
            }
            context.stroke(circle(screen.targetM), with: .color(.accentColor), lineWidth: 3)
        }
    }
}

struct FindingsView: View {
    let screen: FindingsScreen
    let done: () -> Void
    @EnvironmentObject private var model: Model
    @Environment(\.dismiss) private var dismiss
    @State private var chosen = ""
    @State private var words = ""
    @State private var note = ""

    var body: some View {
        Form {
            Text(screen.headline).font(.title.bold())
            ForEach(screen.position, id: \.self) { Text($0).textSelection(.enabled) }
            Section(model.label("screen-findings-title")) {
                if screen.findings.isEmpty { Text(model.label("screen-findings-none")) }
                ForEach(screen.findings, id: \.code) { finding in
                    VStack(alignment: .leading) {
                        Text(finding.severityText).font(.headline)
                        Text(finding.text)
                    }
                }
            }
            if let asked = screen.reasonAsked {
                Section(asked) {
                    Picker(model.label("field-reason"), selection: $chosen) {
                        ForEach(screen.reasons, id: \.code) { Text($0.text).tag($0.code) }
                    }
                    .pickerStyle(.inline)
                    TextField(model.label("field-reason"), text: $words, axis: .vertical)
                }
            }
            if screen.canSave {
                TextField(model.label("field-note"), text: $note, axis: .vertical)
            }
        }
        .navigationTitle(screen.counterName)
        .safeAreaInset(edge: .bottom) {
            LargeButton(text: screen.button) {
                guard screen.canSave else { return dismiss() }
                let reason = words.isEmpty ? (chosen.isEmpty ? nil : chosen) : words
                let note = note
                Task {
                    if await model.ask({ try $0.savePin(reason: reason, note: note) }) != nil {
                        done()
                    }
                }
            }
        }
    }
}

struct HandView: View {
    let placed: (FindingsScreen) -> Void
    @EnvironmentObject private var model: Model
    @Environment(\.dismiss) private var dismiss
    @State private var text = ""
    @State private var zone: String?
    @State private var datum: String?
    @State private var screen: HandScreen?

    var body: some View {
        Form {
            TextField(model.label("field-position"), text: $text).autocorrectionDisabled()
            if let screen {
                Text(screen.example).foregroundStyle(.secondary)
                question(screen.askZone, screen.zones, $zone)
                question(screen.askDatum, screen.datums, $datum)
                ForEach(screen.lines, id: \.self) { Text($0) }
                if let resolution = screen.resolution { Text(resolution) }
                if let problem = screen.problem {
                    Label(problem, systemImage: "exclamationmark.triangle")
                }
            }
        }
        .navigationTitle(model.label("button-by-hand"))
        .safeAreaInset(edge: .bottom) {
            LargeButton(text: model.label("button-next"), enabled: screen?.position != nil) {
                guard let spot = screen?.position else { return }
                Task {
                    if let found = await model.ask({ try $0.placeByHand(lat: spot.lat, lon: spot.lon) }) {
                        dismiss()
                        placed(found)
                    }
                }
            }
        }
        .task(id: [text, zone ?? "", datum ?? ""]) {
            let (text, zone, datum) = (text, zone, datum)
            screen = await model.ask { $0.readPosition(text: text, zone: zone, datum: datum) }
        }
    }

    @ViewBuilder private func question(
        _ asked: String?, _ choices: [Choice], _ chosen: Binding<String?>
    ) -> some View {
        if asked != nil || chosen.wrappedValue != nil {
            Picker(asked ?? "", selection: chosen) {
                ForEach(choices, id: \.code) { Text($0.text).tag(Optional($0.code)) }
            }
            .pickerStyle(.inline)
        }
    }
}

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
                if let empty = queue.empty { Text(empty) }
                ForEach(queue.rows, id: \.item) { row in
                    VStack(alignment: .leading) {
                        Text([row.kind, row.about].filter { !$0.isEmpty }.joined(separator: " · ")).bold()
                        Text(row.saved).foregroundStyle(.secondary)
                        Text(row.standing)
                        if let reason = row.reason { Text(reason) }
                    }
                    .swipeActions {
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

struct SurveyView: View {
    @EnvironmentObject private var model: Model
    @State private var screen: SurveyScreen?
    @State private var page: SurveyPage?

    var body: some View {
        List {
            if let empty = screen?.empty { Text(empty) }
            ForEach(screen?.rows ?? [], id: \.form) { row in
                Button { open { try $0.beginSurvey(form: row.form, counter: try $0.counters().rows.first?.counter) } } label: {
                    VStack(alignment: .leading) {
                        Text(row.title).font(.headline)
                        Text(row.line).foregroundStyle(.secondary)
                    }
                }
            }
            ForEach(screen?.drafts ?? [], id: \.draft) { draft in
                Button { open { try $0.surveyPage(draft: draft.draft) } } label: {
                    VStack(alignment: .leading) {
                        Text(draft.form)
                        Text(draft.line).foregroundStyle(.secondary)
                    }
                }
            }
        }
        .task { screen = await model.ask { try $0.survey() } }
        .navigationDestination(
            isPresented: Binding(get: { page != nil }, set: { if !$0 { page = nil } })
        ) {
            if let page { SurveyPageView(page: page) }
        }
    }

    private func open(_ call: @escaping @Sendable (Pakmut) throws -> SurveyPage) {
        Task { page = await model.ask(call) }
    }
}

/// Filling in a form, a page at a time. Each answer is on the disk at once.
struct SurveyPageView: View {
    @State var page: SurveyPage
    @EnvironmentObject private var model: Model
    @Environment(\.dismiss) private var dismiss
    @State private var typed: [String: String] = [:]

    var body: some View {
        Form {
            Text(page.trial).foregroundStyle(.secondary)
            ForEach(page.headings, id: \.self) { Text($0).font(.title2.bold()) }
            ForEach(page.problems, id: \.self) { Label($0, systemImage: "exclamationmark.triangle") }
            ForEach(page.items, id: \.path) { item in Section { question(item) } }
            ForEach(page.repeats, id: \.code) { repeated in
                Button("+ \(repeated.text)") {
                    go { try $0.addSurveyRepetition(draft: $1, repeat: repeated.code) }
                }
            }
            Button(model.label("button-back")) { Task { await back() } }
        }
        .navigationTitle(page.number)
        .navigationBarBackButtonHidden()
        .safeAreaInset(edge: .bottom) {
            if page.atEnd {
                LargeButton(text: model.label("button-finish")) { Task { await finish() } }
            } else {
                LargeButton(text: model.label("button-next")) {
                    go { try $0.nextSurveyPage(draft: $1) }
                }
            }
        }
    }

    @ViewBuilder private func question(_ item: SurveyItem) -> some View {
        Text(item.required ? "\(item.label) *" : item.label).font(.headline)
        if !item.hint.isEmpty { Text(item.hint).foregroundStyle(.secondary) }
        switch item.input {
        case .heading, .note: EmptyView()
        case .photo: Text(model.label("screen-survey-no-photo"))
        case .one, .many:
            ForEach(item.choices, id: \.code) { choice in
                Button { choose(item, choice) } label: {
                    Label(choice.text, systemImage: choice.chosen ? "checkmark.circle.fill" : "circle")
                }
                .disabled(item.readOnly)
                .accessibilityAddTraits(choice.chosen ? .isSelected : [])
            }
        default:
            TextField(
                item.label,
                text: Binding(get: { typed[item.path] ?? item.value }, set: { typed[item.path] = $0 }),
                axis: .vertical
            )
            .disabled(item.readOnly)
        }
        if let problem = item.problem { Label(problem, systemImage: "exclamationmark.triangle") }
    }

    private func choose(_ item: SurveyItem, _ choice: SurveyChoice) {
        var codes = [choice.code]
        if item.input == .many {
            codes = item.choices.filter { $0.chosen != ($0.code == choice.code) }.map(\.code)
        }
        let value = codes.joined(separator: " ")
        go { try $0.answerSurvey(draft: $1, path: item.path, typed: value) }
    }

    /// Tells what was typed, and then goes on.
    private func go(_ call: @escaping @Sendable (Pakmut, String) throws -> SurveyPage) {
        let (answers, draft) = (typed, page.draft)
        Task {
            let next = await model.ask { core in
                for (path, value) in answers {
                    _ = try core.answerSurvey(draft: draft, path: path, typed: value)
                }
                return try call(core, draft)
            }
            if let next {
                typed = [:]
                page = next
            }
        }
    }

    private func back() async {
        let (answers, draft) = (typed, page.draft)
        let before = await model.ask { core -> SurveyPage?? in
            for (path, value) in answers {
                _ = try core.answerSurvey(draft: draft, path: path, typed: value)
            }
            return .some(try core.backSurveyPage(draft: draft))
        }
        guard case let .some(.some(page)) = before else { return }
        if let page { self.page = page } else { dismiss() }
    }

    private func finish() async {
        let draft = page.draft
        if await model.ask({ try $0.finishSurvey(draft: draft) }) != nil { dismiss() }
    }
}

struct ZeroCopyChooser: View {
    @EnvironmentObject private var model: Model
    @State private var screen: CountersScreen?

    var body: some View {
        List {
            if let empty = screen?.empty { Text(empty) }
            ForEach(screen?.rows ?? [], id: \.counter) { row in
                NavigationLink(row.name) { ZeroCopyView(counter: row.counter) }
            }
        }
        .navigationTitle(model.label("zero-copy-title"))
        .task { screen = await model.ask { try $0.counters() } }
    }
}

struct ZeroCopyView: View {
    let counter: String
    @EnvironmentObject private var model: Model
    @State private var screen: ZeroCopyScreen?

    var body: some View {
        List {
            if let screen {
                Text(screen.catalogue).foregroundStyle(.secondary)
                NavigationLink(model.label("button-declare-all")) {
                    DeclareView(counter: counter, screen: screen, services: [], documents: [])
                }
                ForEach(screen.services, id: \.service) { service in
                    Section(service.name) {
                        ForEach(service.lines, id: \.document) { line in
                            NavigationLink {
                                DeclareView(
                                    counter: counter, screen: screen,
                                    services: [service.service], documents: [line.document])
                            } label: {
                                VStack(alignment: .leading) {
                                    Text(line.name)
                                    Text(line.standing).foregroundStyle(.secondary)
                                    if let conflict = line.conflict { Text(conflict) }
                                }
                            }
                        }
                    }
                }
            }
        }
        .navigationTitle(screen?.line ?? "")
        .task {
            let counter = counter
            screen = await model.ask { try $0.zeroCopy(counter: counter) }
        }
    }
}

struct DeclareView: View {
    let counter: String
    let screen: ZeroCopyScreen
    let services: [String]
    let documents: [String]
    @EnvironmentObject private var model: Model
    @Environment(\.dismiss) private var dismiss
    @State private var practice = ""
    @State private var basis = ""
    @State private var since = DateComponents(
        calendar: Calendar(identifier: .gregorian), year: 2018, month: 11, day: 5
    ).date ?? Date()

    var body: some View {
        Form {
            Picker(model.label("zero-copy-title"), selection: $practice) {
                ForEach(screen.practices, id: \.code) { Text($0.text).tag($0.code) }
            }
            .pickerStyle(.inline)
            if practice == "stopped" {
                DatePicker(
                    model.label("zero-copy-since"), selection: $since, in: ...Date(),
                    displayedComponents: .date)
                Picker(model.label("zero-copy-after"), selection: $basis) {
                    ForEach(screen.bases, id: \.code) { Text($0.text).tag($0.code) }
                }
                .pickerStyle(.inline)
            }
        }
        .safeAreaInset(edge: .bottom) {
            LargeButton(text: model.label("button-save"), enabled: !practice.isEmpty) {
                Task { await save() }
            }
        }
    }

    private func save() async {
        // YYYY-MM-DD of the common era, whatever calendar the phone shows.
        let form = DateFormatter()
        form.calendar = Calendar(identifier: .gregorian)
        form.locale = Locale(identifier: "en_US_POSIX")
        form.timeZone = TimeZone(identifier: "Asia/Bangkok")
        form.dateFormat = "yyyy-MM-dd"
        let stopped = practice == "stopped"
        let (counter, services, documents, practice) = (counter, services, documents, practice)
        let day = stopped ? form.string(from: since) : nil
        let how = stopped && !basis.isEmpty ? basis : nil
        let saved = await model.ask {
            try $0.declare(
                counter: counter, services: services, documents: documents,
                undeclaredOnly: services.isEmpty, practice: practice, since: day, basis: how)
        }
        if saved != nil { dismiss() }
    }
}

struct ReviewView: View {
    @EnvironmentObject private var model: Model
    @State private var screen: ReviewScreen?

    var body: some View {
        List {
            if let empty = screen?.empty { Text(empty) }
            ForEach(screen?.rows ?? [], id: \.pin) { row in
                NavigationLink {
                    DecideView(row: row, reasons: screen?.reasons ?? [])
                } label: {
                    VStack(alignment: .leading) {
                        Text(row.name).font(.headline)
                        Text(row.lao).foregroundStyle(.secondary)
                        Text(row.headline)
                        if let decided = row.decided { Text(decided) }
                    }
                }
            }
        }
        .navigationTitle(screen?.line ?? "")
        .task { screen = await model.ask { try $0.review() } }
    }
}

struct DecideView: View {
    let row: ReviewRow
    let reasons: [Choice]
    @EnvironmentObject private var model: Model
    @Environment(\.dismiss) private var dismiss
    @State private var reason = ""
    @State private var note = ""

    var body: some View {
        Form {
            Text(row.lao)
            Text(row.headline).font(.title3.bold())
            ForEach(row.position, id: \.self) { Text($0).textSelection(.enabled) }
            Text(row.saved).foregroundStyle(.secondary)
            ForEach(row.findings, id: \.self) { Text($0) }
            if let said = row.reason { Text(said) }
            Picker(model.label("field-reason"), selection: $reason) {
                ForEach(reasons, id: \.code) { Text($0.text).tag($0.code) }
            }
            TextField(model.label("field-note"), text: $note, axis: .vertical)
            Button(model.label("button-send-back")) { decide(.sentBack) }
        }
        .navigationTitle(row.name)
        .safeAreaInset(edge: .bottom) {
            LargeButton(text: model.label("button-approve")) { decide(.approved) }
        }
    }

    private func decide(_ decision: Decision) {
        let (pin, why, note) = (row.pin, decision == .sentBack ? reason : "", note)
        Task {
            let saved = await model.ask {
                try $0.decide(
                    pin: pin, decision: decision, reason: why.isEmpty ? nil : why, note: note)
            }
            if saved != nil { dismiss() }
        }
    }
}

struct AboutView: View {
    @EnvironmentObject private var model: Model
    @State private var screen: AboutScreen?
    @State private var registry = ""

    var body: some View {
        Form {
            Picker(model.label("field-language"), selection: $model.lang) {
                Text("ไทย").tag(Lang.th)
                Text("English").tag(Lang.en)
            }
            Toggle(model.label("field-digits"), isOn: $model.thaiDigits)
                .onChange(of: model.thaiDigits) { _ in model.restyle() }
            TextField(model.label("field-registry"), text: $registry)
            Button(model.label("button-save")) {
                model.registry = registry
                model.open()
            }
            if let screen {
                ForEach(screen.privacy, id: \.self) { Text($0) }
                if let recovered = screen.recovered { Text(recovered) }
                Text(screen.version).foregroundStyle(.secondary)
                Text(screen.device).font(.footnote).textSelection(.enabled)
            }
            Text(model.label("screen-sign-out-note"))
            Button(model.label("button-sign-out")) {
                Task {
                    _ = await model.ask { try $0.signOut() }
                    model.home = nil
                }
            }
        }
        .task(id: model.lang) {
            screen = await model.ask { try $0.about() }
            registry = screen?.registry ?? model.registry
        }
    }
}
