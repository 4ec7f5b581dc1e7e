import PakmutCore
import PakmutShell
import SwiftUI

/// Sign-in, or the main screens of the person's role.
struct RootView: View {
    @EnvironmentObject private var model: Model

    var body: some View {
        Group {
            if let home = model.home {
                TabView {
                    ForEach(home.tabs, id: \.text) { tab in
                        NavigationStack { main(tab.kind) }
                            .tabItem { Label(tab.text, systemImage: icon(tab.kind)) }
                    }
                }
            } else {
                NavigationStack { SignInView() }
            }
        }
        .alert(
            model.problem?.text ?? "",
            isPresented: Binding(get: { model.problem != nil }, set: { _ in model.problem = nil })
        ) {}
    }

    @ViewBuilder private func main(_ kind: TabKind) -> some View {
        switch kind {
        case .counters: CountersView()
        case .survey: SurveyView()
        case .zeroCopy: ZeroCopyChooser()
        case .followUp: FollowUpView()
        case .review: ReviewView()
        case .checks: ChecksView()
        case .queue: QueueView()
        case .about: AboutView()
        }
    }

    private func icon(_ kind: TabKind) -> String {
        switch kind {
        case .counters: "mappin.and.ellipse"
        case .survey: "list.clipboard"
        case .zeroCopy: "doc.on.doc"
        case .followUp: "chart.bar"
        case .review: "checkmark.seal"
        case .checks: "ruler"
        case .queue: "arrow.up.circle"
        case .about: "info.circle"
        }
    }
}
