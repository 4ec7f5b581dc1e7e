import PakmutCore
import PakmutShell
import SwiftUI

/// A one-time code is typed in; the registry says what it is for.
struct CodeView: View {
    @EnvironmentObject private var model: Model
    @State private var code = ""
    @State private var screen: CodeScreen?

    var body: some View {
        Form {
            Text(model.label("account-code-hint"))
            TextField(model.label("account-code"), text: $code)
                .textInputAutocapitalization(.characters).autocorrectionDisabled()
        }
        .navigationTitle(model.label("button-enter-code"))
        .safeAreaInset(edge: .bottom) {
            LargeButton(text: model.label("account-go-on")) {
                let code = code
                Task { screen = await model.ask { try $0.previewCode(code: code) } }
            }
        }
        .navigationDestination(
            isPresented: Binding(get: { screen != nil }, set: { if !$0 { screen = nil } })
        ) {
            if let screen { EnrolView(code: code, screen: screen) }
        }
    }
}

/// What the code is for, and what a person chooses: enrolling, or a new password.
struct EnrolView: View {
    let code: String
    let screen: CodeScreen
    @EnvironmentObject private var model: Model
    @State private var name = ""
    @State private var phone = ""
    @State private var username = ""
    @State private var password = ""
    @State private var shown = false

    var body: some View {
        Form {
            Section {
                Text(screen.office).font(.headline)
                Text(screen.who)
                Text(screen.ends).foregroundStyle(.secondary)
            }
            if screen.asksName {
                Section { TextField(model.label("account-name"), text: $name) }
                Section {
                    TextField(model.label("account-phone"), text: $phone)
                }
                Section(footer: Text(screen.usernameHint)) {
                    TextField(model.label("field-username"), text: $username)
                        .textInputAutocapitalization(.never).autocorrectionDisabled()
                }
            }
            Section(footer: Text(screen.passwordHint)) {
                if shown {
                    TextField(model.label("account-new-password"), text: $password)
                        .textInputAutocapitalization(.never).autocorrectionDisabled()
                } else {
                    SecureField(model.label("account-new-password"), text: $password)
                }
                Toggle(model.label("field-show-password"), isOn: $shown)
            }
        }
        .navigationTitle(screen.title)
        .safeAreaInset(edge: .bottom) {
            LargeButton(text: screen.button) { Task { await enter() } }
        }
    }

    private func enter() async {
        let (code, username, password) = (code, username, password)
        let contact = Contact(name: name, phone: phone)
        let enrols = screen.asksName
        let home = await model.ask {
            enrols
                ? try $0.enrol(code: code, username: username, password: password, contact: contact)
                : try $0.resetPassword(code: code, password: password)
        }
        if let home { model.home = home }
    }
}
