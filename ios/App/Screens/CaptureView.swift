import PakmutCore
import PakmutShell
import SwiftUI

/// The capture as it runs, of a pin or for a check.
struct CaptureView: View {
    let begin: @Sendable (Pakmut) throws -> CaptureScreen
    @EnvironmentObject private var model: Model
    @Environment(\.dismiss) private var dismiss
    @State private var screen: CaptureScreen?
    @State private var found: FindingsScreen?
    @State private var byHand = false
    private let seconds = Timer.publish(every: 1, on: .main, in: .common).autoconnect()

    var body: some View {
        ScrollView {
            VStack(spacing: 16) {
                AccessView(receiver: model.receiver)
                if let screen {
                    ZStack {
                        Circles(screen: screen)
                        Text(screen.radiusNumber ?? "…").font(.title2.bold())
                    }
                    .frame(height: 220).accessibilityHidden(true)
                    Text(screen.radiusText ?? "…").font(.title.bold())
                    Text(screen.advice).font(.title3.bold()).multilineTextAlignment(.center)
                    Text([screen.stateText, screen.refused].compactMap { $0 }.joined(separator: " · "))
                    Text("\(screen.targetText) · \(screen.elapsedText)").foregroundStyle(.secondary)
                }
                if screen?.canPlace == true {
                    Button(model.label("button-by-hand")) { byHand = true }
                }
                Button(model.label("button-cancel")) {
                    model.shell?.core.leavePin()
                    dismiss()
                }
            }
            .padding()
        }
        .navigationTitle(screen?.counterName ?? "")
        .safeAreaInset(edge: .bottom) {
            LargeButton(text: screen?.saveText ?? "", enabled: screen?.canSave ?? false) {
                Task { found = await model.ask { try $0.takePosition(nowMs: $0.nowMs()) } }
            }
        }
        .navigationDestination(
            isPresented: Binding(get: { found != nil }, set: { if !$0 { found = nil } })
        ) { if let found { FindingsView(screen: found) { dismiss() } } }
        .navigationDestination(isPresented: $byHand) { HandView { found = $0 } }
        .task {
            // Where it cannot begin, nothing is measured here.
            guard let begun = await model.ask(begin) else { return dismiss() }
            show(begun)
            model.receiver.start { location in
                Task {
                    show(await model.ask {
                        let now = $0.nowMs()
                        return try $0.pushFix(fix: location.fix(nowMs: now, now: Date()), nowMs: now)
                    })
                }
            }
        }
        .onReceive(seconds) { _ in
            Task { show(try? await model.shell?.ask { try $0.tick(nowMs: $0.nowMs()) }) }
        }
        .onDisappear { model.receiver.stop() }
    }

    private func show(_ next: CaptureScreen?) {
        guard let next else { return }
        screen = next
        if let spoken = next.spoken {
            UIAccessibility.post(notification: .announcement, argument: spoken)
        }
    }
}

/// Why the position is not to be had, and the one thing to do about it.
struct AccessView: View {
    @ObservedObject var receiver: Receiver
    @EnvironmentObject private var model: Model

    var body: some View {
        switch receiver.access {
        case .precise: EmptyView()
        case .notAsked: ask("screen-location-why", "button-next") { receiver.ask() }
        case .approximate:
            ask("screen-location-approximate", "button-next") { receiver.ask() }
        case .denied: ask("screen-location-denied", "button-settings", settings)
        case .off: ask("screen-location-off", "button-settings", settings)
        }
    }

    private func settings() {
        if let url = URL(string: UIApplication.openSettingsURLString) {
            UIApplication.shared.open(url)
        }
    }

    private func ask(_ id: String, _ button: String, _ act: @escaping () -> Void) -> some View {
        VStack {
            Text(model.label(id))
            Button(model.label(button), action: act).buttonStyle(.bordered)
        }
    }
}

/// The radius as a circle that shrinks, with the target as a ring.
struct Circles: View {
    let screen: CaptureScreen

    var body: some View {
        Canvas { context, size in
            let largest = min(size.width, size.height) / 2
            let centre = CGPoint(x: size.width / 2, y: size.height / 2)
            func circle(_ metres: Double) -> Path {
                let radius = min(largest, max(6, largest * (metres / 100).squareRoot()))
                return Path(ellipseIn: CGRect(
                    x: centre.x - radius, y: centre.y - radius,
                    width: 2 * radius, height: 2 * radius))
            }
            if let radius = screen.radius95M {
                context.fill(circle(radius), with: .color(.accentColor.opacity(0.3)))
            }
            context.stroke(circle(screen.targetM), with: .color(.accentColor), lineWidth: 3)
        }
    }
}
