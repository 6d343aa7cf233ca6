namespace EdgeInspector.Settings;

/// <summary>The settings file or an override cannot be read at all. The message is a sentence for the user.</summary>
internal sealed class SettingsFileException(string message) : Exception(message);
