using System.CommandLine;
using System.CommandLine.Parsing;
using EdgeInspector.Cli.ModelCommands;
using EdgeInspector.Hosting.References;
using EdgeInspector.Inspection.References;

namespace EdgeInspector.Cli.StationCommands;

/// <summary>What <c>stations learn</c> does.</summary>
internal enum LearnDeed
{
    /// <summary>Learn from live parts, or from pictures if the user gives some.</summary>
    Learn,

    /// <summary>Show the references.</summary>
    Show,

    /// <summary>Call off the present learning.</summary>
    CallOff,

    /// <summary>Forget a reference.</summary>
    Forget,
}

/// <summary>The arguments of <c>stations learn</c> as values.</summary>
/// <param name="Deed">What to do.</param>
/// <param name="Station">The station; null: the only station.</param>
/// <param name="Pictures">The folder of the pictures to learn from; null: from live parts.</param>
/// <param name="Type">The type of part; null: parts without a type.</param>
/// <param name="Parts">From how many parts.</param>
/// <param name="By">Who vouches for the parts.</param>
/// <param name="Why">Why the reference is learnt or forgotten; null: not said.</param>
internal sealed record LearnRequest(
    LearnDeed Deed, string? Station, string? Pictures, string? Type, int Parts, string By, string? Why)
{
    /// <summary>The request as the running agent takes it.</summary>
    /// <param name="station">The station that is meant.</param>
    public StationRequest At(string station) => new(
        Deed switch
        {
            LearnDeed.CallOff => StationRequestKind.CallOff,
            LearnDeed.Forget => StationRequestKind.Forget,
            _ => StationRequestKind.Learn,
        },
        station,
        Type,
        Parts,
        By,
        Why);
}

/// <summary>The arguments of <c>stations learn</c>, besides those of the settings.</summary>
internal sealed class LearnArguments
{
    private readonly Argument<string?> _station = new("NAME")
    {
        Description = "The station; not needed where there is only one.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<int> _parts = new("--parts")
    {
        Description = $"From how many of the next parts, {Reference.FewestParts} to {Reference.MostParts}. All of them must be good.",
        HelpName = "N",
        DefaultValueFactory = _ => StationLearning.UsualParts,
    };

    private readonly Option<string?> _type = new("--type")
    {
        Description = "The type of part, as triggers name it; default: parts whose trigger names none.",
        HelpName = "TYPE",
    };

    private readonly Option<string?> _from = new("--from")
    {
        Description = "Learn from the pictures in and below this folder instead of from live parts.",
        HelpName = "FOLDER",
    };

    private readonly Option<string?> _by = new("--by")
    {
        Description = "Who vouches for the parts, or says so; default: the user.",
        HelpName = "WHO",
    };

    private readonly Option<string?> _why = ModelsCommand.WhyOption();
    private readonly Option<bool> _show = new("--show") { Description = "Only show what was learnt." };

    private readonly Option<bool> _end = new("--stop")
    {
        Description = "Call off what is being learnt from live parts, whoever began it.",
    };

    private readonly Option<bool> _forget = new("--forget") { Description = "Forget what was learnt." };

    public LearnArguments(Command command)
    {
        command.Arguments.Add(_station);
        foreach (Option option in new Option[] { _parts, _type, _from, _by, _why, _show, _end, _forget })
            command.Options.Add(option);
        command.Validators.Add(DemandOneDeed);
    }

    public LearnRequest Read(ParseResult parsed) => new(
        parsed.GetValue(_show) ? LearnDeed.Show
            : parsed.GetValue(_end) ? LearnDeed.CallOff
            : parsed.GetValue(_forget) ? LearnDeed.Forget
            : LearnDeed.Learn,
        parsed.GetValue(_station),
        parsed.GetValue(_from) is { } given ? Path.GetFullPath(given) : null,
        parsed.GetValue(_type),
        parsed.GetValue(_parts),
        parsed.GetValue(_by) ?? Environment.UserName,
        parsed.GetValue(_why));

    private void DemandOneDeed(CommandResult result)
    {
        bool[] asked = [result.GetValue(_show), result.GetValue(_end), result.GetValue(_forget), result.GetValue(_from) is not null];
        if (asked.Count(one => one) > 1)
            result.AddError("--show, --stop, --forget and --from exclude each other.");
    }
}
