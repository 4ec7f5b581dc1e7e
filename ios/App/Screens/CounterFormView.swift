import PakmutCore
import PakmutShell
import SwiftUI

/// A counter proposed, renamed, moved or closed.
struct CounterFormView: View {
    let counter: String?
    @EnvironmentObject private var model: Model
    @Environment(\.dismiss) private var dismiss
    @State private var screen: CounterFormScreen?
    @State private var name = ""
    @State private var kind = CounterKind.branch
    @State private var status = CounterStatus.active
    @State private var address = ""
    @State private var postcode = ""
    @State private var phone = ""
    @State private var ext = ""

    var body: some View {
        Form {
            if let screen {
                TextField(model.label("field-counter-name"), text: $name)
                Picker(model.label("field-counter-kind"), selection: $kind) {
                    ForEach(screen.kinds, id: \.text) { Text($0.text).tag($0.kind) }
                }
                if !screen.statuses.isEmpty {
                    Picker(model.label("field-counter-status"), selection: $status) {
                        ForEach(screen.statuses, id: \.text) { Text($0.text).tag($0.status) }
                    }
                }
                TextField(model.label("field-address"), text: $address, axis: .vertical)
                TextField(model.label("field-postcode"), text: $postcode)
                TextField(model.label("field-phone"), text: $phone)
                TextField(model.label("field-extension"), text: $ext)
            }
        }
        .navigationTitle(screen?.title ?? "")
        .safeAreaInset(edge: .bottom) {
            LargeButton(text: model.label("button-save"), enabled: screen != nil) {
                Task { await save() }
            }
        }
        .task {
            let counter = counter
            guard screen == nil, let form = await model.ask({ try $0.counterForm(counter: counter) })
            else { return }
            name = form.entry.name
            kind = form.entry.kind
            status = form.entry.status
            address = form.entry.address
            postcode = form.entry.postcode
            phone = form.entry.phone
            ext = form.entry.extension
            screen = form
        }
    }

    private func save() async {
        let entry = CounterEntry(
            counter: counter, name: name, kind: kind, status: status, address: address,
            postcode: postcode, phone: phone, extension: ext)
        if await model.ask({ try $0.proposeCounter(entry: entry) }) != nil { dismiss() }
    }
}
