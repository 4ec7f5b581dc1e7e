import PakmutCore
import PakmutShell
import SwiftUI

/// The counters to be measured once more, and what was said of those that were.
struct ChecksView: View {
    @EnvironmentObject private var model: Model
    @State private var screen: ChecksScreen?
    @State private var measuring: String?

    var body: some View {
        List {
            if let screen {
                Text(screen.how).foregroundStyle(.secondary)
                if let empty = screen.empty { Text(empty) }
                ForEach(screen.rows, id: \.check) { row in
                    Button { measuring = row.check } label: { CheckLine(row: row) }
                        .disabled(!row.canMeasure)
                }
            }
            if let line = model.home?.queueLine { Text(line).foregroundStyle(.secondary) }
        }
        .navigationTitle(screen?.line ?? "")
        .task { await load() }
        .fullScreenCover(
            isPresented: Binding(get: { measuring != nil }, set: { if !$0 { measuring = nil } }),
            onDismiss: {
                Task {
                    await load()
                    await model.reload()
                }
            }
        ) {
            if let measuring {
                NavigationStack { CaptureView { try $0.beginCheck(check: measuring) } }
            }
        }
    }

    private func load() async { screen = await model.ask { try $0.checks() } }
}

struct CheckLine: View {
    let row: CheckRow

    var body: some View {
        VStack(alignment: .leading, spacing: 4) {
            Text(row.name).font(.headline)
            Text([row.lao, row.address].filter { !$0.isEmpty }.joined(separator: " · "))
                .foregroundStyle(.secondary)
            Text(row.standing)
            if let detail = row.detail { Text(detail) }
        }
        .frame(minHeight: 48)
        .accessibilityElement(children: .combine)
    }
}
