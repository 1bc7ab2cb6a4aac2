import ExactMoney
import TariffRules
import Unification

/// The monthly position of every party, in every currency.
public struct Settlement: Sendable, Equatable {
  /// What the documents of one kind come to.
  public struct Billed: Sendable, Equatable {
    /// How many documents and lines.
    public var documents = 0, lines = 0
    /// Their amounts without and with tax.
    public var net: Money, tax: Money
  }

  /// One currency's month.
  public struct InCurrency: Sendable, Equatable {
    /// The currency.
    public let currency: Currency
    /// Invoices, credit notes and adjustment notes.
    public internal(set) var billed: [Document.Kind: Billed] = [:]
    /// The parties in the tables' order.
    public internal(set) var positions: [MonthlyPosition] = []
    /// Who pays whom: the fewest payments that settle the balances, up to `Netting.mostExact`
    /// parties; few beyond.
    public internal(set) var payments: [Payment] = []
  }

  /// An official rate.
  public struct OfficialRate: Sendable, Equatable {
    /// Where it stands.
    struct Source: Sendable, Equatable {
      /// The day it became known.
      let published: Day
      let file: String, line: Int
    }

    /// What it does to an amount.
    let exchange: Exchange
    /// Its day.
    let day: Day
    /// Nil where a closed month does not say it: for the joint venture itself.
    let source: Source?

    /// The rate as published, and whether amounts are multiplied by it or divided.
    var words: String {
      switch exchange {
      case .multiply(let rate): "× \(rate)"
      case .divide(let rate): "÷ \(rate)"
      }
    }
  }

  /// How an amount of a statement is in the party's own currency.
  public struct OwnCurrency: Sendable, Equatable {
    /// The party's own currency.
    public let currency: Currency
    /// The rate; nil where there is none within ten days.
    public let official: OfficialRate?
    /// What the net due comes to; nil without a rate.
    public let due: Money?

    init(_ currency: Currency, _ official: OfficialRate?, of due: Money) throws {
      self.currency = currency
      self.official = official
      self.due = try official.map { official in
        let exact = try official.exchange.convert(due.exact)
        let rounding = Rounding(to: currency, mode: .halfAway)
        return try Money(exactTotal: try exact.rounded(rounding), currency)
      }
    }
  }

  /// The month.
  public let month: Month
  /// The joint venture's code.
  public let jointVenture: String
  /// Whether an earlier month is still open, so that what it carries may change.
  public internal(set) var isProvisional = false
  /// By currency.
  public internal(set) var currencies: [InCurrency] = []
}
