import PakmutCore
import PakmutShell
import SwiftUI

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
