import PakmutCore
import PakmutShell
import SwiftUI

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
            if screen != nil {
                NavigationLink(model.label("button-enter-code")) { CodeView() }
            }
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
