import PakmutCore
import PakmutShell
import SwiftUI

/// The one thing to do next.
struct LargeButton: View {
    let text: String
    var enabled = true
    let act: () -> Void

    var body: some View {
        Button(action: act) {
            Text(text).font(.title3.bold()).frame(maxWidth: .infinity, minHeight: 44)
        }
        .buttonStyle(.borderedProminent)
        .disabled(!enabled)
        .padding()
        .background(.bar)
    }
}
