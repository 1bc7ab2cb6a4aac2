import TariffRules
import Unification

/// The fields of a consignment as options of `quote`, each with its unit or its words.
enum ConsignmentOptions {
  static let all: [Option] = Consignment.fields.map { field in
    let words = Field(column: field)?.words ?? []
    let known = described[field]
    return Option(
      field.replacing("_", with: "-"),
      words.isEmpty ? known?.value ?? "VALUE" : words.joined(separator: "|"),
      known?.help ?? "the consignment's \(field)")
  }

  /// What stands for the value, where it is not one of a list of words, and what it means.
  static let described: [String: (value: String, help: String)] = [
    "reference": ("NUMBER", "the consignment note number"),
    "date": ("DAY", "when the contract of carriage was concluded: it picks the tariffs"),
    "from": ("PLACE", "origin: six-digit code, name or its unique beginning"),
    "to": ("PLACE", "destination: the same"),
    "via": ("PLACE", "a place on the way: it picks the lane"),
    "commodity": ("GNG", "the goods: a GNG code of 2 to 8 digits"),
    "equipment": ("CODE", "a code of codes/equipment, or an ISO 6346 type"),
    "owner": ("", "who owns the equipment"),
    "load": ("", "with goods or without (else loaded)"),
    "weight_kg": ("KG", "net weight of one unit in kilograms"),
    "gross_kg": ("KG", "gross weight of one container in kilograms"),
    "count": ("NUMBER", "identical units, up to 1000000 (else 1)"),
    "customer": ("CODE", "a code of joint-venture/customers"),
    "wagon_owner": ("", "who owns the wagon under a container or vehicle (else as --owner)"),
    "supplied": ("DAY", "the day of delivery: it picks the billing month (else --date)"),
    "collected_by": ("PARTY", "who collects the money (else the joint venture)"),
    "un_number": ("NUMBER", "UN number of dangerous goods, four digits"),
    "axles": ("NUMBER", "axles of one unit"),
    "length_m": ("METRES", "length of one unit in metres"),
    "width_m": ("METRES", "width of one unit in metres"),
    "section_wagons": ("NUMBER", "wagons of the refrigerated section"),
    "oversize": ("", "degree of oversize"),
    "condition": ("", "what is special about the equipment or the goods"),
    "goods_origin": ("COUNTRY", "ISO 3166 code of the country the goods were made in"),
    "wagons_in_train": ("NUMBER", "wagons of the train"),
    "persons": ("NUMBER", "persons in one unit, escorts for example"),
    "storage_days": ("DAYS", "days of storage"),
  ]
}
