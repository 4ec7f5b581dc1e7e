import PakmutCore
import PakmutShell
import SwiftUI

/// Whether somebody comes to a meeting, and how many.
struct MeetingView: View {
    let news: NewsRow
    let meeting: MeetingRow
    @EnvironmentObject private var model: Model
    @Environment(\.dismiss) private var dismiss
    @State private var will: Bool?
    @State private var people = ""

    var body: some View {
        Form {
            if !news.text.isEmpty { Text(news.text) }
            Text(news.when).foregroundStyle(.secondary)
            Picker(model.label("meeting-question"), selection: $will) {
                Text(model.label("meeting-will")).tag(Bool?.some(true))
                Text(model.label("meeting-will-not")).tag(Bool?.some(false))
            }
            .pickerStyle(.inline)
            if will == true { TextField(model.label("meeting-people"), text: $people) }
        }
        .navigationTitle(news.title)
        .safeAreaInset(edge: .bottom) {
            LargeButton(text: model.label("button-save")) { Task { await save() } }
        }
        .onAppear {
            will = meeting.will
            people = meeting.people
        }
    }

    private func save() async {
        let (will, people) = (will, people)
        let saved = await model.ask {
            try $0.answerMeeting(meeting: meeting.meeting, will: will, people: people)
        }
        guard saved != nil else { return }
        await model.reload()
        dismiss()
    }
}
