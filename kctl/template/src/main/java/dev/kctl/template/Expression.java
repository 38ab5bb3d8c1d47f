package dev.kctl.template;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What stands between braces; its text form is the one that Go shows in errors. */
sealed interface Expression {
  /** Where it begins in the template. */
  int at();

  /** The cursor: {@code .} */
  record Dot(int at) implements Expression {
    @Override
    public String toString() {
      return ".";
    }
  }

  /** The constant {@code nil}. */
  record Nil(int at) implements Expression {
    @Override
    public String toString() {
      return "nil";
    }
  }

  /** A constant, and how it was written. */
  record Literal(int at, Object value, String text) implements Expression {
    @Override
    public String toString() {
      return text;
    }
  }

  /** {@code .A.B} */
  record Field(int at, List<String> names) implements Expression {
    @Override
    public String toString() {
      return "." + String.join(".", names);
    }
  }

  /** {@code $x.A.B}; the first name has its dollar sign. */
  record Variable(int at, List<String> names) implements Expression {
    @Override
    public String toString() {
      return String.join(".", names);
    }
  }

  /** The name of a function. */
  record Function(int at, String name) implements Expression {
    @Override
    public String toString() {
      return name;
    }
  }

  /** {@code (pipeline).A.B}, with or without names. */
  record Chain(int at, Pipeline inner, List<String> names) implements Expression {
    @Override
    public String toString() {
      var fields = names.stream().map(name -> "." + name).collect(Collectors.joining());
      return "(" + inner + ")" + fields;
    }
  }

  /** A function or field and its arguments. */
  record Command(int at, List<Expression> words) implements Expression {
    @Override
    public String toString() {
      return words.stream().map(Expression::toString).collect(Collectors.joining(" "));
    }
  }

  /**
   * Commands, each getting what the one before it gave.
   *
   * @param variables that get the result
   * @param assigns whether the variables exist already
   */
  record Pipeline(int at, List<String> variables, boolean assigns, List<Command> commands)
      implements Expression {
    @Override
    public String toString() {
      var head =
          variables.isEmpty() ? "" : String.join(", ", variables) + (assigns ? " = " : " := ");
      return head + commands.stream().map(Command::toString).collect(Collectors.joining(" | "));
    }
  }

  /** A part of the template that is written or decides what is. */
  sealed interface Node {
    /** What stands outside of braces. */
    record Text(String text) implements Node {}

    /** A pipeline whose result is written. */
    record Action(Pipeline pipeline) implements Node {}

    /** {@code if}. */
    record If(Pipeline condition, List<Node> then, List<Node> otherwise) implements Node {}

    /** {@code with}. */
    record With(Pipeline value, List<Node> then, List<Node> otherwise) implements Node {}

    /** {@code range}. */
    record Range(Pipeline elements, List<Node> body, List<Node> otherwise) implements Node {}

    /** {@code break} or {@code continue}. */
    record Jump(boolean ends) implements Node {}
  }

  /** What a pipeline or variable holds; Java has no other name for a value that may be null. */
  record Value(@Nullable Object object) {}
}
