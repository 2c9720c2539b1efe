# Lists the public classes, modules and methods of Ruby files, by Ripper: one JSON object a line.
require 'json'
require 'ripper'

class Walk
  def initialize(path)
    @path = path
    @found = []
    @hidden = []
  end

  def run
    tree = Ripper.sexp(File.read(@path, encoding: 'UTF-8'))
    body(tree[1], '', :public) if tree
    @found.reject { |each| @hidden.include?(each[:name]) }.each { |each| puts JSON.generate(each) }
  end

  private

  def say(owner, name, kind, line)
    full = owner.empty? ? name : "#{owner}.#{name}"
    @found << { path: @path, name: full, kind: kind, line: line }
  end

  def body(statements, owner, shown)
    return unless statements.is_a?(Array)

    statements.each { |each| shown = statement(each, owner, shown) }
  end

  def statement(node, owner, shown)
    return shown unless node.is_a?(Array)

    case node[0]
    when :class, :module then type(node, owner)
    when :sclass then body(node[2][1], owner, :public)
    when :def then say(owner, node[1][1], 'method', node[1][2][0]) if shown == :public
    when :defs then say(owner, node[3][1], 'singleton method', node[3][2][0])
    when :vcall, :var_ref then shown = visibility(node[1], shown)
    when :command then called(node, owner)
    when :if, :unless then body(node[2], owner, shown)
    end
    shown
  end

  def type(node, owner)
    name = node[1].flatten.each_cons(2).select { |kind, _| kind == :@const }.map(&:last)
    line = node[1].flatten.grep(Integer).first
    say(owner, name.last, node[0].to_s, line)
    bodystmt = node[0] == :class ? node[3] : node[2]
    body(bodystmt[1], name.last, :public)
  end

  def visibility(identifier, shown)
    { 'private' => :private, 'protected' => :private, 'public' => :public }.fetch(identifier[1], shown)
  end

  # `private :a, :b`, `private_class_method :a` and `private def a`.
  def called(node, owner)
    return unless %w[private protected private_class_method private_constant].include?(node[1][1])

    names = node[2].flatten.each_cons(2).select { |kind, _| %i[@ident @const @kw].include?(kind) }
    names.each { |_, name| @hidden << (owner.empty? ? name : "#{owner}.#{name}") }
  end
end

$stdin.each_line(chomp: true) { |path| Walk.new(path).run }
