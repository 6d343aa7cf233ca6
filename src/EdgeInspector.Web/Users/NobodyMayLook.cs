namespace EdgeInspector.Web.Users;

/// <summary>Finds a console that others can reach, and on which nobody can see a page for want of users.</summary>
public static class NobodyMayLook
{
    /// <summary>What is wrong and how to mend it, in sentences; null: somebody can look, or nobody is meant to.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="dataFolder">The agent's data folder.</param>
    public static string? Fault(HttpOptions options, string dataFolder)
    {
        if (!options.IsOpenToOthers || options.Console is not { Enabled: true, Guest: null })
            return null;
        try
        {
            return new UserFile(dataFolder).Read().Count > 0
                ? null
                : "The console can be reached from other machines, but there are no users, so that nobody sees a page. "
                    + "Add one: EdgeInspector users add NAME --role administer. Or set Http:Console:Enabled to false.";
        }
        catch (UserFileException fault)
        {
            return $"Nobody can sign in to the console: {fault.Message}";
        }
    }
}
