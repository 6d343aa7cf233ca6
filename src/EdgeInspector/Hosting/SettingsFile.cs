using EdgeInspector.Settings;
using Microsoft.Extensions.Configuration;

namespace EdgeInspector.Hosting;

/// <summary>The agent's settings with the sources they came from.</summary>
/// <param name="Path">The settings file in use, or null when there is none and only environment and arguments count.</param>
/// <param name="Overrides">Command-line overrides.</param>
/// <param name="Configuration">The merged sources.</param>
/// <param name="Options">The settings, validated.</param>
internal sealed record SettingsFile(string? Path, string[] Overrides, IConfiguration Configuration, AgentOptions Options);
