import PakmutCore
import PakmutShell
import SwiftUI

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
            if let map = URL(string: "https://maps.apple.com/?ll=\(row.place.lat),\(row.place.lon)&q=\(row.place.lat),\(row.place.lon)") {
                Link(model.label("button-map"), destination: map)
            }
            Text(row.saved).foregroundStyle(.secondary)
            ReviewPhotoBox(pin: row.pin)
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
