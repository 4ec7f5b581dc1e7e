import PakmutCore
import PakmutShell
import SwiftUI

struct CountersView: View {
    @EnvironmentObject private var model: Model
    @State private var screen: CountersScreen?
    @State private var pinning: String?
    @State private var changing: String?

    var body: some View {
        List {
            if let home = model.home {
                if let needs = home.needsPassword { Text(needs) }
                if let round = home.round { Text(round).foregroundStyle(.secondary) }
                ForEach(home.news, id: \.self) { news in
                    VStack(alignment: .leading, spacing: 4) {
                        Label(news.title, systemImage: news.reminds ? "exclamationmark.triangle" : "megaphone")
                            .font(.headline)
                        if !news.text.isEmpty { Text(news.text) }
                        Text(news.when).foregroundStyle(.secondary)
                        if let answer = news.meeting?.answer { Text(answer) }
                        if let meeting = news.meeting, meeting.asks {
                            NavigationLink(model.label("meeting-question")) {
                                MeetingView(news: news, meeting: meeting)
                            }
                        }
                    }
                }
            }
            if let screen {
                if let empty = screen.empty { Text(empty) }
                ForEach(screen.rows, id: \.counter) { row in
                    Button { pinning = row.counter } label: { CounterLine(row: row) }
                        .disabled(!row.canPin)
                        .swipeActions {
                            Button(model.label("screen-counter-change")) { changing = row.counter }
                        }
                }
                if screen.keepsList {
                    NavigationLink(model.label("screen-counter-new")) { CounterFormView(counter: nil) }
                    if let stated = screen.stated { Text(stated).foregroundStyle(.secondary) }
                    Button(model.label(screen.complete ? "button-list-open" : "button-list-complete")) {
                        let complete = !screen.complete
                        Task {
                            _ = await model.ask { try $0.stateList(complete: complete) }
                            await load()
                        }
                    }
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
        .task { await load() }
        .navigationDestination(
            isPresented: Binding(get: { changing != nil }, set: { if !$0 { changing = nil } })
        ) {
            if let changing { CounterFormView(counter: changing) }
        }
        .fullScreenCover(
            isPresented: Binding(get: { pinning != nil }, set: { if !$0 { pinning = nil } }),
            onDismiss: { Task { await load() } }
        ) {
            if let pinning { NavigationStack { CaptureView { try $0.beginPin(counter: pinning) } } }
        }
    }

    private func load() async { screen = await model.ask { try $0.counters() } }
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
