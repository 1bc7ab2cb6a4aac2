import CSV
import TariffRules
import Unification

/// The commands, in the order of the help.
let commands: [Command] = [
  Command(
    name: "quote", summary: "a through-rate with its explanation and division",
    usage: "tariff quote --date DAY --from PLACE --to PLACE --commodity GNG --equipment CODE …\n"
      + "       tariff quote FILE.csv   (- is standard input)\n"
      + "       tariff quote … --save\n"
      + "       tariff quote list [--as-of DAY] [--customer CODE]\n"
      + "       tariff quote show NUMBER [--for customer]\n"
      + "       tariff quote check [NUMBER …] [--as-of DAY] [--customer CODE]",
    options: QuoteCommand.options, notes: QuoteCommand.examples, run: QuoteCommand.run),
  Command(
    name: "rate", summary: "prices and shares of any number of consignments, fast",
    usage: "tariff rate < consignments.csv > rated.csv\n       tariff rate FILE.csv",
    options: RateCommand.options, run: RateCommand.run),
  Command(
    name: "invoice", summary: "the documents of a customer's month",
    usage: "tariff invoice consignments.csv --issue-date DAY\n"
      + "       tariff invoice --draft consignments.csv [--issue-date DAY]",
    options: InvoiceCommand.options,
    run: InvoiceCommand.run),
  Command(
    name: "credit", summary: "credit notes: a whole invoice, lines of it, or late delivery",
    usage: "tariff credit NUMBER --reason TEXT --issue-date DAY [--line N,M]\n"
      + "       tariff credit NUMBER --line N --delivered DAY --issue-date DAY",
    options: CreditCommand.options,
    notes: """
      A credit note cannot be undone: what it takes back by mistake is invoiced anew, under a
      reference of its own.
      """,
    run: CreditCommand.run),
  Command(
    name: "rerate", summary: "an invoiced month under today's tables, and notes for the difference",
    usage: "tariff rerate MONTH [--issue --reason TEXT --issue-date DAY]",
    options: RerateCommand.options, run: RerateCommand.run),
  Command(
    name: "settle", summary: "the month of every party: shares, true-up, who pays whom",
    usage: "tariff settle MONTH [--partner CODE [--pack DIR]]\n       tariff settle verify DIR",
    options: SettleCommand.options,
    run: SettleCommand.settle),
  Command(
    name: "reconcile", summary: "a partner's own file of a month against its statement",
    usage: "tariff reconcile MONTH --partner CODE their.csv", options: ReconcileCommand.options,
    run: ReconcileCommand.run),
  Command(
    name: "close", summary: "settles a month for good and seals it",
    usage: "tariff close MONTH", options: SettleCommand.closeOptions,
    notes: """
      Closing cannot be undone: nothing is booked into a closed month or an earlier one again. What
      is issued for it later is settled in the first open month. 'tariff settle MONTH' shows the
      same figures and closes nothing.
      """,
    run: SettleCommand.close),
  Command(
    name: "register", summary: "what is recorded: verify, list, show, documents, export, remark",
    usage: "tariff register verify|list|show NUMBER|documents|export|remark NUMBER",
    options: RegisterCommand.options, run: RegisterCommand.run),
  Command(
    name: "check", summary: "everything wrong or doubtful in the tariff tables",
    usage: "tariff check [--all] [--strict] [--register FILE]", options: CheckCommand.options,
    run: CheckCommand.run),
  Command(
    name: "diff", summary: "two states of the tables side by side, and the money between them",
    usage: "tariff diff DAY DAY [--consignments FILE]\n"
      + "       tariff diff [DAY] --against DIR [--consignments FILE]\n"
      + "       tariff diff [DAY] --as-of DAY --against-as-of DAY|all [--consignments FILE]",
    options: DiffCommand.options, run: DiffCommand.run),
  Command(
    name: "coverage", summary: "what cannot be priced, and on which days",
    usage: "tariff coverage --from DAY --to DAY [--lane CODE] [--equipment CODE]",
    options: CoverageCommand.options, run: CoverageCommand.run),
  Command(
    name: "unify", summary: "a proposed through-rate for each lane, and who gains and loses",
    usage: "tariff unify --consignments FILE [--on DAY] [--per-kilometre] [--proposal FILE]",
    options: UnifyCommand.options, run: UnifyCommand.run),
  Command(
    name: "bench", summary: "how fast this machine rates, or keeps the books of a month",
    usage: "tariff bench rate [--rows NUMBER] [--distinct]\n"
      + "       tariff bench month [--rows NUMBER] [--months NUMBER]",
    options: BenchCommand.options,
    run: BenchCommand.run),
]

Output.surviveFailedWrites()
end(Command.dispatch(Array(CommandLine.arguments.dropFirst()), among: commands))
