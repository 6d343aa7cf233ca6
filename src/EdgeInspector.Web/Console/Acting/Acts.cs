using EdgeInspector.Delivery.Audit;
using EdgeInspector.Delivery.RemoteControl;
using EdgeInspector.Web.Console.Sessions;
using EdgeInspector.Web.Console.Texts;
using EdgeInspector.Web.Users;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Localization;

namespace EdgeInspector.Web.Console.Acting;

/// <summary>
/// What somebody does in the console. Each act asks here whether its user may, whatever the page showed, and goes the way of a command that
/// came over MQTT.
/// </summary>
/// <param name="sessions">Who has the page open.</param>
/// <param name="rules">Whether a session still holds: whoever has signed out elsewhere acts no more.</param>
/// <param name="agent">What the agent gives.</param>
/// <param name="words">The words of the language in which the page is read.</param>
internal sealed class Acts(AuthenticationStateProvider sessions, SessionRules rules, HttpScope agent, IStringLocalizer<Words> words)
{
    /// <summary>Which role each command needs.</summary>
    public static Role Needed(string command) => command is "threshold" or "learn" ? Role.Judge : Role.Operate;

    /// <summary>True for somebody who may what this role may.</summary>
    public async Task<bool> MayAsync(Role role) =>
        (await sessions.GetAuthenticationStateAsync()).User is var user && user.May(role) && rules.StillHolds(user);

    /// <summary>Who acts, for events and audit log.</summary>
    public async Task<string> NameAsync() =>
        (await sessions.GetAuthenticationStateAsync()).User.Identity?.Name ?? $"console of {agent.Identity.Agent}";

    /// <summary>Gives a command to a station.</summary>
    /// <param name="station">The station.</param>
    /// <param name="command">The command; its author is filled in here.</param>
    /// <param name="stop">Cancels a change of models.</param>
    public async Task<CommandAnswer> ObeyAsync(HttpStation station, RemoteCommand command, CancellationToken stop = default)
    {
        if (!await MayAsync(Needed(command.Name)))
            return Refused(Needed(command.Name));
        string? why = string.IsNullOrWhiteSpace(command.Why) ? null : command.Why.Trim();
        return await station.Obey(command with { By = await NameAsync(), Why = why, From = "console" }, stop);
    }

    /// <summary>Says by hand that a part is here.</summary>
    public async Task<CommandAnswer> FireAsync(HttpStation station, string part)
    {
        if (!await MayAsync(Role.Operate))
            return Refused(Role.Operate);
        if (!station.Station.Fire(part, agent.Time.GetTimestamp()))
            return new CommandAnswer(false, words["Act.NoTriggers"], [], null);
        Note("trigger", station.Name, await NameAsync(), part);
        return new CommandAnswer(true, words["Act.Triggered", part], [], null);
    }

    /// <summary>Notes an act in the audit log for which there is no event.</summary>
    public void Note(string what, string? station, string? by, string? part = null) =>
        agent.Note(new AuditEntry("console", agent.Time.GetUtcNow())
        {
            What = what,
            Station = station,
            By = by,
            Part = part,
            From = "console",
        });

    /// <summary>The answer to somebody who may not.</summary>
    public CommandAnswer Refused(Role role) =>
        new(false, words["Act.Refused"], [words["Act.NeedsRole", words.Of("Role", role.ToString().ToLowerInvariant())]], null);
}
