import ExactMoney
import TariffRules

/// The fields of a consignment that nobody asked for in particular: what rules might ask about is
/// given sensibly, and every mark of something special is absent.
struct OrdinaryFields {
  /// Kilograms of packing and container that the gross weight has beside the net weight.
  static let tareKilograms = 4000

  /// What is supplied where a rule may ask, in words.
  static let inWords =
    "one unit; owner private, wagon_owner the same, 4 axles, 14 m, 1 person, gross weight 4000 kg "
    + "above net, goods from the country of origin, no mark of anything special"

  private(set) var fields: [String: String] = [:]
  private let now: TablesInForce

  init(_ now: TablesInForce, from: Int64, to: Int64, via: Int64? = nil) {
    self.now = now
    let symbols = now.tables.symbols
    fields["date"] = now.day.description
    fields["from"] = symbols.name(of: from)
    fields["to"] = symbols.name(of: to)
    fields["via"] = via.map { symbols.name(of: $0) }
    fields["load"] = "loaded"
    fields["owner"] = "private"
    fields["axles"] = "4"
    fields["length_m"] = "14"
    fields["persons"] = "1"
    // A code that stands under no heading of its own.
    fields["commodity"] = "99999999"
    let country = now.tables.directory.country(of: from)
    fields["goods_origin"] = country.isEmpty ? nil : country
    set(weightKilograms: "20000")
  }

  mutating func set(_ field: Field, _ text: String) { fields[field.column] = text }

  /// The net weight, and a gross weight that goes with it.
  mutating func set(weightKilograms text: String) {
    fields["weight_kg"] = text
    let whole = text.prefix { $0 != "." }
    fields["gross_kg"] = Int(whole).map {
      "\($0 + Self.tareKilograms)" + text.dropFirst(whole.count)
    }
  }

  /// A gross weight that is asked for; where nobody asks for the net weight, it is not above that.
  mutating func set(grossKilograms text: String, keepsNet: Bool) {
    fields[Field.gross.column] = text
    guard !keepsNet, let gross = try? Exact(decimal: text),
      let net = fields[Field.weight.column].flatMap({ try? Exact(decimal: $0) }), gross < net
    else { return }
    fields[Field.weight.column] = text
  }

  /// What the equipment is, and who owns the wagon under it where there is one.
  mutating func set(equipment: Equipment) {
    fields["equipment"] = now.tables.symbols.name(of: equipment.code)
    fields["wagon_owner"] = equipment.ridesOnAWagon ? fields["owner"] : nil
  }
}
