import PakmutCore
import PakmutShell
import SwiftUI

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
        case .photo:
            if let shown = try? model.shell?.core.shownPhoto(photo: item.value) {
                PhotoBox(screen: shown) { shot in
                    go { try $0.answerSurvey(draft: $1, path: item.path, typed: try $0.keepPhoto(scaled: shot.scaled)) }
                } removed: {
                    go { try $0.answerSurvey(draft: $1, path: item.path, typed: "") }
                }
            }
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
