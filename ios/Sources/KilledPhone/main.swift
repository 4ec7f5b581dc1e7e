// Captures indoors, saves, says the pin's id, and waits to be killed:
// KilledPhone FOLDER REGISTRY
import Foundation
import PakmutCore
import PakmutTestHost

let arguments = CommandLine.arguments
let phone = try openPhone(URL(fileURLWithPath: arguments[1]), arguments[2])
let counter = try phone.counters().rows[0].counter
let found = try phone.measure(counter, Recordings.indoors)
guard found.canSave, found.reasonAsked != nil else {
    fatalError("indoors a reason is asked: \(found)")
}
do {
    _ = try phone.savePin(reason: nil, note: nil)
    fatalError("saved without a reason")
} catch let PakmutError.Failed(_, code, _, _, _) {
    guard code == "pin_reason_missing" else { fatalError(code) }
}
print(try phone.savePin(reason: "indoors", note: "ในอาคาร"))
fflush(stdout)
sleep(600)
