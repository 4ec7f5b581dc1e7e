import PakmutCore
import PakmutShell
import SwiftUI
import UIKit

/// What the camera made: the head of its file for the core to read, and the
/// picture scaled. The camera of iOS hands over no file and no position.
struct Shot: Sendable {
    let head: Data
    let scaled: Data

    /// Scales and packs as the core says; drawing turns the picture upright.
    init?(_ image: UIImage) {
        head = Data()
        let how = photoScaling(head: head)
        var longest = CGFloat(how.longestSidePx)
        while longest >= 64 {
            let part = min(1, longest / max(image.size.width, image.size.height))
            let size = CGSize(
                width: max(1, (image.size.width * part).rounded(.down)),
                height: max(1, (image.size.height * part).rounded(.down)))
            let format = UIGraphicsImageRendererFormat()
            format.scale = 1
            format.opaque = true
            let drawn = UIGraphicsImageRenderer(size: size, format: format).image { _ in
                image.draw(in: CGRect(origin: .zero, size: size))
            }
            for quality in [0.8, 0.7, 0.6, 0.5] {
                if let data = drawn.jpegData(compressionQuality: quality), data.count <= how.mostBytes {
                    scaled = data
                    return
                }
            }
            longest = longest * 3 / 4
        }
        return nil
    }
}

/// The phone's camera.
struct Camera: UIViewControllerRepresentable {
    let took: (UIImage) -> Void
    @Environment(\.dismiss) private var dismiss

    func makeUIViewController(context: Context) -> UIImagePickerController {
        let picker = UIImagePickerController()
        picker.sourceType = .camera
        picker.delegate = context.coordinator
        return picker
    }

    func updateUIViewController(_ picker: UIImagePickerController, context: Context) {}

    func makeCoordinator() -> Coordinator { Coordinator(self) }

    final class Coordinator: NSObject, UIImagePickerControllerDelegate, UINavigationControllerDelegate {
        private let camera: Camera
        init(_ camera: Camera) { self.camera = camera }

        func imagePickerController(
            _ picker: UIImagePickerController,
            didFinishPickingMediaWithInfo info: [UIImagePickerController.InfoKey: Any]
        ) {
            if let image = info[.originalImage] as? UIImage { camera.took(image) }
            camera.dismiss()
        }

        func imagePickerControllerDidCancel(_ picker: UIImagePickerController) { camera.dismiss() }
    }
}

/// A photo with its buttons, or the button that takes one.
struct PhotoBox: View {
    let screen: PhotoScreen
    let took: (Shot) -> Void
    let removed: () -> Void
    @EnvironmentObject private var model: Model
    @State private var shooting = false
    @State private var picture: UIImage?

    var body: some View {
        VStack(alignment: .leading) {
            if let picture {
                Image(uiImage: picture).resizable().scaledToFit().frame(maxHeight: 240)
                    .accessibilityLabel(screen.line)
            }
            Text(screen.line)
            if UIImagePickerController.isSourceTypeAvailable(.camera) {
                Button(screen.button) { shooting = true }.buttonStyle(.bordered)
            } else {
                Text(model.label("screen-photo-failed")).foregroundStyle(.secondary)
            }
            if let remove = screen.remove { Button(remove, role: .destructive, action: removed) }
        }
        .fullScreenCover(isPresented: $shooting) {
            Camera { image in
                Task.detached {
                    let shot = Shot(image)
                    await MainActor.run { if let shot { took(shot) } }
                }
            }
        }
        .task(id: screen.photo) {
            picture = nil
            guard let photo = screen.photo else { return }
            let bytes = await model.ask { try $0.photoBytes(photo: photo) }
            picture = bytes.flatMap { UIImage(data: $0) }
        }
    }
}

/// The photo of a pin that is reviewed: here, or one tap away while there is a network.
struct ReviewPhotoBox: View {
    let pin: String
    @EnvironmentObject private var model: Model
    @State private var photo: ReviewPhoto?
    @State private var failed: String?
    @State private var fetching = false

    var body: some View {
        VStack(alignment: .leading) {
            if let bytes = photo?.bytes, let picture = UIImage(data: bytes) {
                Image(uiImage: picture).resizable().scaledToFit().frame(maxHeight: 420)
                    .accessibilityLabel(photo?.line ?? "")
            }
            if fetching {
                Text(model.label("screen-photo-fetching")).foregroundStyle(.secondary)
            } else if let photo {
                if let failed { Text(failed) }
                Text(photo.line).foregroundStyle(.secondary)
                if let button = photo.button {
                    Button(button) { Task { await fetch() } }.buttonStyle(.bordered)
                }
            }
        }
        .task {
            let pin = pin
            if let found = await model.ask({ try $0.reviewPhoto(pin: pin) }) { photo = found }
        }
    }

    private func fetch() async {
        guard let shell = model.shell else { return }
        let pin = pin
        fetching = true
        defer { fetching = false }
        do {
            photo = try await shell.fetch { try $0.fetchReviewPhoto(pin: pin) }
            failed = nil
        } catch {
            failed = Problem(error, lang: model.lang).text
        }
    }
}
