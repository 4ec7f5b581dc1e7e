import PakmutCore
import PakmutShell
import SwiftUI

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
    @State private var photo: String?
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
                Section(model.label("zero-copy-photo")) {
                    if let shown = try? model.shell?.core.shownPhoto(photo: photo) {
                        PhotoBox(screen: shown) { shot in
                            Task { photo = await model.ask { try $0.keepPhoto(scaled: shot.scaled) } ?? photo }
                        } removed: {
                            photo = nil
                        }
                    }
                }
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
        let notice = stopped ? photo : nil
        let how = stopped && !basis.isEmpty ? basis : nil
        let saved = await model.ask {
            try $0.declare(
                counter: counter, services: services, documents: documents,
                undeclaredOnly: services.isEmpty, practice: practice, since: day, basis: how, photo: notice)
        }
        if saved != nil { dismiss() }
    }
}
