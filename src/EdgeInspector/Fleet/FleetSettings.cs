using System.Collections;
using EdgeInspector.Delivery.Connecting;
using EdgeInspector.Settings;

namespace EdgeInspector.Fleet;

/// <summary>The part of the agent's settings that the fleet needs: the broker. The rest of a file may be of any agent, or absent.</summary>
internal sealed record FleetSettings
{
    private const string Section = nameof(Mqtt);

    /// <summary>The broker.</summary>
    public MqttOptions Mqtt { get; init; } = new();

    /// <summary>Reads the broker from the settings file, the environment and the command line.</summary>
    /// <param name="file">The settings file, which exists, in full (<see cref="SettingsFile.Find"/>); null for none.</param>
    /// <param name="overrides">Each <c>--Mqtt:Key=value</c>.</param>
    /// <exception cref="RefusedException">With all problems, a sentence each.</exception>
    public static MqttOptions Read(string? file, string[] overrides)
    {
        string? stranger = overrides.FirstOrDefault(text => !text.StartsWith($"--{Section}:", StringComparison.OrdinalIgnoreCase));
        if (stranger is not null)
            throw new RefusedException($"The argument '{stranger}' is not of the broker. Only settings --{Section}:Key=value count here.");
        try
        {
            IDictionary environment = Environment.GetEnvironmentVariables();
            (LayeredSettings layers, _) = SettingsSources.Gather(file, environment, overrides);
            SecretFolders.Fill(typeof(FleetSettings), layers, SecretFolders.Of(environment));
            string[] others = [.. layers.Root.Children
                .Select(child => child.Name)
                .Where(name => !name.Equals(Section, StringComparison.OrdinalIgnoreCase))];
            SettingsResult<FleetSettings> result = SettingsReader.Read<FleetSettings>(layers, others);
            if (result.Value is null)
                throw new RefusedException([.. result.Problems.Select(problem => problem.ToString())]);
            // Paths in a file are relative to it.
            if (file is not null)
                Environment.CurrentDirectory = Path.GetDirectoryName(file)!;
            return result.Value.Mqtt;
        }
        catch (SettingsFileException fault)
        {
            throw new RefusedException(fault.Message);
        }
    }
}
