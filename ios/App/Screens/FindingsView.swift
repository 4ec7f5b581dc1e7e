import PakmutCore
import PakmutShell
import SwiftUI

struct FindingsView: View {
    @State var screen: FindingsScreen
    let done: () -> Void
    @EnvironmentObject private var model: Model
    @Environment(\.dismiss) private var dismiss
    @State private var chosen = ""
    @State private var words = ""
    @State private var note = ""
    @State private var photo: PhotoScreen?

    var body: some View {
        Form {
            Text(screen.headline).font(.title.bold())
            ForEach(screen.position, id: \.self) { Text($0).textSelection(.enabled) }
            if screen.canSave, screen.takesPhoto, let photo {
                PhotoBox(screen: photo) { shot in
                    change { try $0.takePinPhoto(head: shot.head, scaled: shot.scaled) }
                } removed: {
                    change { try $0.leavePinPhoto() }
                }
            }
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
        .task { photo = await model.ask { try $0.pinPhoto() } }
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

    /// The photo's own position may be a finding: all is shown anew.
    private func change(_ call: @escaping @Sendable (Pakmut) throws -> PhotoScreen) {
        Task {
            guard let next = await model.ask(call) else { return }
            photo = next
            if let found = await model.ask({ try $0.findings() }), let found { screen = found }
        }
    }
}
