namespace EdgeInspector.Settings;

/// <summary>The shape of a value in the settings.</summary>
internal enum SettingsShape
{
    /// <summary>JSON's null, an empty value from outside, or a block that exists only for values below it.</summary>
    Null,

    /// <summary>A text, a number, true or false.</summary>
    Single,

    /// <summary><c>{ … }</c>, also an empty one.</summary>
    Block,

    /// <summary><c>[ … ]</c>, also an empty one.</summary>
    List,
}
