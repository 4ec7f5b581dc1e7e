import PakmutCore
import PakmutShell
import SwiftUI

/// How far the province's LAOs are, those that are behind first.
struct FollowUpView: View {
    @EnvironmentObject private var model: Model
    @State private var screen: FollowUpScreen?

    var body: some View {
        List {
            if let round = model.home?.round { Text(round).foregroundStyle(.secondary) }
            if let screen {
                if let empty = screen.empty { Text(empty) } else { Text(screen.behind) }
                ForEach(screen.rows, id: \.lao) { row in
                    VStack(alignment: .leading, spacing: 4) {
                        Text(row.name).font(.headline)
                        Text(row.line).foregroundStyle(.secondary)
                        if !row.missing.isEmpty { Text(row.missing.joined(separator: " · ")) }
                    }
                    .frame(minHeight: 48)
                    .accessibilityElement(children: .combine)
                }
            }
        }
        .navigationTitle(screen?.line ?? "")
        .task { screen = await model.ask { try $0.followUp() } }
    }
}
