import PakmutCore
import PakmutShell
import SwiftUI

struct HandView: View {
    let placed: (FindingsScreen) -> Void
    @EnvironmentObject private var model: Model
    @Environment(\.dismiss) private var dismiss
    @State private var text = ""
    @State private var zone: String?
    @State private var datum: String?
    @State private var screen: HandScreen?

    var body: some View {
        Form {
            TextField(model.label("field-position"), text: $text).autocorrectionDisabled()
            if let screen {
                Text(screen.example).foregroundStyle(.secondary)
                question(screen.askZone, screen.zones, $zone)
                question(screen.askDatum, screen.datums, $datum)
                ForEach(screen.lines, id: \.self) { Text($0) }
                if let resolution = screen.resolution { Text(resolution) }
                if let problem = screen.problem {
                    Label(problem, systemImage: "exclamationmark.triangle")
                }
            }
        }
        .navigationTitle(model.label("button-by-hand"))
        .safeAreaInset(edge: .bottom) {
            LargeButton(text: model.label("button-next"), enabled: screen?.position != nil) {
                guard let spot = screen?.position else { return }
                Task {
                    if let found = await model.ask({ try $0.placeByHand(lat: spot.lat, lon: spot.lon) }) {
                        dismiss()
                        placed(found)
                    }
                }
            }
        }
        .task(id: [text, zone ?? "", datum ?? ""]) {
            let (text, zone, datum) = (text, zone, datum)
            screen = await model.ask { $0.readPosition(text: text, zone: zone, datum: datum) }
        }
    }

    @ViewBuilder private func question(
        _ asked: String?, _ choices: [Choice], _ chosen: Binding<String?>
    ) -> some View {
        if asked != nil || chosen.wrappedValue != nil {
            Picker(asked ?? "", selection: chosen) {
                ForEach(choices, id: \.code) { Text($0.text).tag(Optional($0.code)) }
            }
            .pickerStyle(.inline)
        }
    }
}
